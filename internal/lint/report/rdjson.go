package report

import (
	"io"
	"strings"

	"coopcloud.tech/catalogue/internal/lint"
)

// The Reviewdog Diagnostic Format. Columns count bytes, ends are exclusive:
// https://github.com/reviewdog/reviewdog/tree/master/proto/rdf
type rdDocument struct {
	Source      rdSource       `json:"source"`
	Diagnostics []rdDiagnostic `json:"diagnostics"`
}

type rdSource struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

type rdDiagnostic struct {
	Message     string         `json:"message"`
	Location    rdLocation     `json:"location"`
	Severity    string         `json:"severity"`
	Code        rdCode         `json:"code"`
	Suggestions []rdSuggestion `json:"suggestions,omitempty"`
}

type rdCode struct {
	Value string `json:"value"`
	URL   string `json:"url"`
}

type rdLocation struct {
	Path  string  `json:"path"`
	Range rdRange `json:"range"`
}

type rdRange struct {
	Start rdPosition `json:"start"`
	End   rdPosition `json:"end"`
}

type rdPosition struct {
	Line   int `json:"line"`
	Column int `json:"column,omitempty"`
}

type rdSuggestion struct {
	Range rdRange `json:"range"`
	Text  string  `json:"text"`
}

// RDJSON writes reviewdog's format, repairs as suggestions.
func RDJSON(w io.Writer, r Report, _ Options) error {
	doc := rdDocument{Source: rdSource{toolName, lint.Home}, Diagnostics: []rdDiagnostic{}}
	for _, recipe := range r {
		lines := sources{fsys: recipe.FS}
		for _, f := range recipe.Result.Findings {
			doc.Diagnostics = append(doc.Diagnostics, rdDiagnostic{
				Message:  message(f) + "\n" + Printable(f.Fix),
				Location: rdLocation{recipe.rootPath(f), lines.rdRange(f)},
				Severity: strings.ToUpper(string(f.Severity)), Code: rdCode{f.Rule, lint.PageURL(f.Rule)},
				Suggestions: lines.suggestions(f),
			})
		}
	}
	return encode(w, doc)
}

// rdRange leaves the columns out where the lines are not known.
func (s *sources) rdRange(f lint.Finding) rdRange {
	span := place(f)
	start, known := s.line(f.Span.File, span.Line)
	end, alsoKnown := s.line(f.Span.File, span.EndLine)
	if !known || !alsoKnown {
		return rdRange{rdPosition{Line: span.Line}, rdPosition{Line: span.EndLine}}
	}
	return rdRange{
		rdPosition{span.Line, byteColumn(start, span.Column)},
		rdPosition{span.EndLine, byteColumn(end, span.EndColumn)},
	}
}

// suggestions are the repairs of the finding's own file; a suggestion cannot name
// another.
func (s *sources) suggestions(f lint.Finding) []rdSuggestion {
	var out []rdSuggestion
	for _, repair := range f.Repairs {
		if start, end, text, ok := s.replacement(f.Span.File, repair.Edits); ok {
			out = append(out, rdSuggestion{rdRange{rdPosition{start.line, start.bytes}, rdPosition{end.line, end.bytes}}, text})
		}
	}
	return out
}
