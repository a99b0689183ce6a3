package lint

import "coopcloud.tech/catalogue/internal/recipe"

// Settings are what a project decides about rules. The zero value decides
// nothing.
type Settings struct {
	Severity   map[string]Severity // by code; instead of what the rule says
	Thresholds map[string]int      // by code; instead of the rule's Default
	Ignores    []Ignore
}

// Ignore hides findings of one rule.
type Ignore struct {
	Rule   string                 // code
	Match  func(file string) bool // of the recipe's file; nil matches each
	Reason string
	Span   recipe.Span // where it is written, its file relative to the recipe
	Judged bool        // one that hides nothing is a finding: it is meant for this recipe alone
}

func (i Ignore) covers(f Finding) bool {
	return i.Rule == f.Rule && (i.Match == nil || i.Match(f.Span.File))
}

// Threshold is the number that a rule judges by. Settings may set another.
type Threshold struct {
	Default, Min, Max int
	Unit              string // "characters"
}

// threshold is what the settings say, or else fallback. A check cannot name its
// own rule, so it gives its code and the rule's Default.
func (in *Input) threshold(code string, fallback int) int {
	if n, set := in.Settings.Thresholds[code]; set {
		return n
	}
	return fallback
}
