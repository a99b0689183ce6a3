package lsp

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/lint/config"
	"coopcloud.tech/catalogue/internal/lint/report"
	"coopcloud.tech/catalogue/internal/recipe"
)

const (
	source         = "recipe-lint"
	maxDiagnostics = 500 // of one file
)

// publish shows the findings of the recipe and the faults of its config, each at
// its file, and takes back what was shown of files that are clean now. A folder
// of which nothing is open any more has none.
func (s *session) publish(f *folder, faults config.Faults) {
	files := map[string][]diagnostic{}
	if s.holds(f.dir) {
		for _, finding := range f.findings {
			path := f.path(finding.Span.File)
			if len(files[path]) == maxDiagnostics { // nobody reads on
				continue
			}
			files[path] = append(files[path], s.diagnostic(f, finding))
		}
	}
	for _, fault := range faults {
		files[fault.Span.File] = append(files[fault.Span.File], s.configFault(fault))
	}
	for path := range f.shown {
		if files[path] == nil {
			s.show(path, []diagnostic{})
		}
	}
	f.shown = map[string]bool{}
	for _, path := range slices.Sorted(maps.Keys(files)) {
		s.show(path, files[path])
		f.shown[path] = true
	}
}

func (s *session) show(path string, found []diagnostic) {
	of := s.versioned(path)
	s.notify("textDocument/publishDiagnostics", publishParams{of.URI, of.Version, found})
}

// path is the file on disk; what stands nowhere is shown at compose.yml.
func (f *folder) path(file string) string {
	if file == "" || file == "." {
		file = "compose.yml"
	}
	return filepath.Join(f.dir, filepath.FromSlash(file))
}

// versioned names the file as the client wrote it, which may escape more than we
// do, and says which of its texts is known here.
func (s *session) versioned(path string) versioned {
	if document := s.open[path]; document != nil {
		return versioned{documentID{document.uri}, document.version}
	}
	return versioned{documentID{uriOf(path)}, nil}
}

func (s *session) diagnostic(f *folder, finding lint.Finding) diagnostic {
	d := diagnostic{
		Range:           f.texts[finding.Span.File].place(finding.Span, s.encoding),
		Severity:        1 + slices.Index(lint.Severities(), finding.Severity),
		Code:            finding.Rule,
		CodeDescription: &link{lint.PageURL(finding.Rule)},
		Source:          source,
		Message:         describe(finding),
	}
	for _, r := range finding.Related {
		at := location{s.versioned(f.path(r.Span.File)).URI, f.texts[r.Span.File].place(r.Span, s.encoding)}
		d.Related = append(d.Related, related{at, report.Printable(r.Message)})
	}
	if finding.Rule == "R220" {
		const unnecessary = 1 // shown faded
		d.Tags = []int{unnecessary}
	}
	return d
}

// describe says what was found, with which overlays only, and what to do.
func describe(f lint.Finding) string {
	text := report.Printable(f.Message)
	if len(f.Variants) > 0 {
		text += "\nOnly with: " + report.Printable(strings.Join(f.Variants, "; "))
	}
	if f.Fix != "" {
		text += "\n" + report.Printable(f.Fix)
	}
	return text
}

func (s *session) configFault(fault config.Fault) diagnostic {
	data, err := s.read(fault.Span.File)
	if err != nil {
		data = nil // the place is lost, not the message
	}
	return diagnostic{
		Range:    newText(string(data)).place(spanOr(fault.Span), s.encoding),
		Severity: 1,
		Code:     "config",
		Source:   source,
		Message:  report.Printable(fault.Message),
	}
}

func spanOr(span recipe.Span) recipe.Span {
	if span.Line < 1 {
		span.Line, span.Column, span.EndLine, span.EndColumn = 1, 1, 1, 1
	}
	return span
}
