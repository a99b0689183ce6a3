package lint

import (
	"fmt"
	"slices"
	"strings"
)

var unusedSuppression = Rule{
	Code: "R220", Name: "unused-suppression",
	Severity: Warning, Confidence: High,
	What: "A suppression hides nothing.",
	Why: "What it once hid is gone, or it stands at the wrong line. Left there, it will hide the next fault of that kind, which nobody " +
		"has looked at; and its reason tells readers of a problem that the recipe does not have.",
	Fix: "Remove the comment, or move it to the line that it is meant for or to the line above.",
	Bad: Example{{"compose.yml", `services:
  app:
    image: nginx:1.27.3 # recipe-lint: ignore=stable-tag upstream has no releases
`}},
	Good: Example{{"compose.yml", `services:
  app:
    image: nginx:latest # recipe-lint: ignore=stable-tag upstream has no releases
`}},
	Check: checkUnusedSuppression,
}

func checkUnusedSuppression(in *Input) []Finding {
	var found []Finding
	for _, s := range in.suppressions() {
		if !s.valid() || in.Recipe != nil && in.faulty(s.file) { // a broken file hides its findings itself
			continue
		}
		if unused := in.unused(s); len(unused) > 0 {
			found = append(found, in.unusedFinding(s, unused))
		}
	}
	for _, ignore := range in.Settings.Ignores {
		if ignore.Judged && in.idle(findAmong(in.all, ignore.Rule), ignore.covers) {
			found = append(found, Finding{
				Message:  fmt.Sprintf("the config ignores %s, but there is nothing to ignore", ignore.Rule),
				Fix:      "Remove the entry.",
				Span:     ignore.Span,
				Evidence: "config " + ignore.Rule,
			})
		}
	}
	return found
}

// unused lists those of the suppression's names that hide nothing. Unknown names
// are the business of R222.
func (in *Input) unused(s suppression) []string {
	var unused []string
	for _, name := range s.names {
		rule := findAmong(in.all, name)
		if rule != nil && in.idle(rule, s.covers) {
			unused = append(unused, name)
		}
	}
	return unused
}

// idle says whether nothing that the rule finds is covered. A rule that was
// skipped says nothing.
func (in *Input) idle(rule *Rule, covers func(Finding) bool) bool {
	switch {
	case isEngineRule(rule):
		return false
	case rule.Check == nil:
		return true
	}
	return in.missing(rule) == "" && in.partly(rule) == "" && !slices.ContainsFunc(in.check(rule), covers)
}

// unusedFinding offers to take out what is not used. Of a file that is judged alone
// nobody knows what it hides in its recipe, where overlays are merged.
func (in *Input) unusedFinding(s suppression, unused []string) Finding {
	names := strings.Join(unused, ", ")
	place := "here"
	if s.whole {
		place = "in this file"
	}
	f := Finding{
		Message:  fmt.Sprintf("the suppression of %s hides nothing %s", names, place),
		Span:     s.span,
		Evidence: "suppression " + names,
	}
	kept := slices.DeleteFunc(slices.Clone(s.names), func(name string) bool { return slices.Contains(unused, name) })
	safe := s.sure && in.Recipe != nil
	repair := Repair{Title: "Remove the suppression", Safe: safe, Edits: []Edit{s.cut}}
	if len(kept) > 0 {
		edit := s.comment.names
		edit.Text = strings.Join(kept, ",")
		repair = Repair{Title: "Remove " + names + " from the suppression", Safe: safe, Edits: []Edit{edit}}
	}
	f.Repairs = []Repair{repair}
	return f
}
