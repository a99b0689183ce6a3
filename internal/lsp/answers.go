package lsp

import (
	"fmt"
	"path/filepath"
	"strings"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/lint/report"
)

const quickFix = "quickfix"

// at lists the findings that touch the range of the document, each with its
// recipe: judged now, if something has changed.
func (s *session) at(uri string, r textRange) []located {
	path := pathOf(uri)
	if s.open[path] == nil {
		return nil
	}
	s.refreshAll()
	var found []located
	for _, folder := range s.recipes {
		for _, f := range folder.findings {
			if folder.path(f.Span.File) == path && folder.texts[f.Span.File].place(f.Span, s.encoding).touches(r) {
				found = append(found, located{folder, f})
			}
		}
	}
	return found
}

type located struct {
	*folder
	finding lint.Finding
}

// codeActions offers the repairs of the findings in the range.
func (s *session) codeActions(p actionParams) any {
	actions := []codeAction{}
	if !wants(p.Context.Only, quickFix) {
		return actions
	}
	for _, l := range s.at(p.TextDocument.URI, p.Range) {
		for i, r := range l.finding.Repairs {
			title := r.Title
			if !r.Safe {
				title += " (may change what is deployed)"
			}
			actions = append(actions, codeAction{
				Title: report.Printable(title), Kind: quickFix, IsPreferred: i == 0 && r.Safe,
				Diagnostics: []diagnostic{s.diagnostic(l.folder, l.finding)},
				Edit:        s.workspaceEdit(l.folder, r),
			})
		}
	}
	return actions
}

// wants says whether a client that asks only for some kinds asks for this one.
func wants(only []string, kind string) bool {
	for _, want := range only {
		if want == "" || want == kind {
			return true
		}
	}
	return len(only) == 0
}

func (s *session) workspaceEdit(f *folder, r lint.Repair) workspaceEdit {
	changes := map[string][]textEdit{}
	for _, e := range r.Edits {
		text := f.texts[e.File]
		uri := s.uri(filepath.Join(f.dir, filepath.FromSlash(e.File)))
		changes[uri] = append(changes[uri], textEdit{
			Range:   textRange{text.position(e.Start, s.encoding), text.position(e.End, s.encoding)},
			NewText: e.Text,
		})
	}
	return workspaceEdit{changes}
}

// hover shows the rules of the findings at the position.
func (s *session) hover(p positionParams) any {
	found := s.at(p.TextDocument.URI, textRange{p.Position, p.Position})
	if len(found) == 0 {
		return nil
	}
	var pages []string
	for _, l := range found {
		pages = append(pages, page(l.finding))
	}
	first := found[0]
	return hover{
		Contents: markup{"markdown", strings.Join(pages, "\n---\n\n")},
		Range:    first.texts[first.finding.Span.File].place(first.finding.Span, s.encoding),
	}
}

// page is the finding and its rule. What the recipe says is escaped: it shall not
// become a link or a heading.
func page(f lint.Finding) string {
	var b strings.Builder
	fmt.Fprintf(&b, "**%s [%s %s](%s)**: %s\n", f.Severity, f.Rule, f.Name, lint.PageURL(f.Rule), escapeMarkdown(report.Printable(f.Message)))
	if rule := lint.Find(f.Rule); rule != nil {
		fmt.Fprintf(&b, "\n%s\n\n%s\n", rule.What, rule.Why)
	}
	fmt.Fprintf(&b, "\n**Fix**: %s\n", escapeMarkdown(report.Printable(f.Fix)))
	return b.String()
}

func escapeMarkdown(s string) string {
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune("\\`*_{}[]<>()#+-!|~&", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
