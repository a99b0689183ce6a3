package lint

import "fmt"

var invalidSuppression = Rule{
	Code: "R222", Name: "invalid-suppression",
	Severity: Warning, Confidence: High,
	What: "A comment speaks to recipe-lint, but is not understood.",
	Why: "A misspelt code or verb hides nothing, while readers believe that it does: the finding comes back in CI, or " +
		"another rule is hidden than the one that was meant.",
	Fix: "Write # recipe-lint: ignore=CODE reason, or ignore-file=CODE reason within the first 10 lines; 'recipe-lint rules' lists the codes.",
	Bad: Example{{"compose.yml", `services:
  app:
    image: nginx:latest # recipe-lint: ignore=stabel-tag upstream has no releases
`}},
	Good: Example{{"compose.yml", `services:
  app:
    image: nginx:latest # recipe-lint: ignore=stable-tag upstream has no releases
`}},
	Check: checkInvalidSuppression,
}

func checkInvalidSuppression(in *Input) []Finding {
	var found []Finding
	for _, s := range in.suppressions() {
		if s.fault != "" {
			found = append(found, Finding{Message: s.fault, Span: s.span, Evidence: "suppression " + s.text})
			continue
		}
		for _, name := range s.names {
			if findAmong(in.all, name) == nil {
				found = append(found, in.unknownRule(s, name))
			}
		}
	}
	return found
}

func (in *Input) unknownRule(s suppression, name string) Finding {
	nearest := Nearest(name, namesOfRules(in.all))
	f := Finding{
		Message:  fmt.Sprintf("there is no rule %q; did you mean %s?", name, nearest),
		Span:     s.span,
		Evidence: "suppression " + name,
	}
	if len(s.names) == 1 {
		edit := s.comment.names
		edit.Text = nearest
		f.Repairs = []Repair{{Title: "Write " + nearest, Edits: []Edit{edit}}}
	}
	return f
}
