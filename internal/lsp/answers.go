package lsp

import (
	"fmt"
	"strings"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/lint/report"
)

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

// hover shows the rules of the findings at the position.
func (s *session) hover(p positionParams) any {
	found := s.at(p.TextDocument.URI, textRange{p.Position, p.Position})
	if len(found) == 0 {
		return nil
	}
	var pages []string
	for _, l := range found {
		pages = append(pages, s.page(l.finding))
	}
	first, kind := found[0], "markdown"
	if s.client.plain {
		kind = "plaintext"
	}
	return hover{
		Contents: markup{kind, strings.Join(pages, "\n---\n\n")},
		Range:    first.texts[first.finding.Span.File].place(first.finding.Span, s.encoding),
	}
}

// page is the finding and its rule. What the recipe says is escaped: it shall not
// become a link or a heading.
func (s *session) page(f lint.Finding) string {
	if s.client.plain {
		return plainPage(f)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "**%s [%s %s](%s)**: %s\n", f.Severity, f.Rule, f.Name, lint.PageURL(f.Rule), escapeMarkdown(report.Printable(f.Message)))
	if rule := lint.Find(f.Rule); rule != nil {
		fmt.Fprintf(&b, "\n%s\n\n%s\n", rule.What, rule.Why)
	}
	fmt.Fprintf(&b, "\n**Fix**: %s\n", escapeMarkdown(report.Printable(f.Fix)))
	return b.String()
}

func plainPage(f lint.Finding) string {
	text := fmt.Sprintf("%s %s %s: %s\n", f.Severity, f.Rule, f.Name, report.Printable(f.Message))
	if rule := lint.Find(f.Rule); rule != nil {
		text += fmt.Sprintf("\n%s\n\n%s\n", rule.What, rule.Why)
	}
	return text + fmt.Sprintf("\nFix: %s\n", report.Printable(f.Fix))
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
