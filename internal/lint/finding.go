package lint

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"coopcloud.tech/catalogue/internal/recipe"
)

// Severity of a finding.
type Severity string

const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Info    Severity = "info"
)

// Severities lists them, the gravest first.
func Severities() []Severity { return []Severity{Error, Warning, Info} }

// AtLeast reports whether s is as grave as limit, or graver.
func (s Severity) AtLeast(limit Severity) bool {
	order := Severities()
	return slices.Index(order, s) <= slices.Index(order, limit)
}

// Finding is one thing that a rule says of a recipe.
type Finding struct {
	Rule, Name  string
	Severity    Severity
	Message     string
	Fix         string      // how to fix it, one sentence
	Repairs     []Repair    // what --fix can do about it, the best first
	Span        recipe.Span // File relative to the recipe
	Related     []Related   // other places that belong to it
	Variants    []string    // where it holds only with some overlays
	Evidence    string      // what the rule saw, in words that outlive edits elsewhere: no line, no prose
	Fingerprint string      // rule + path + evidence
}

// Related is another place of a finding: where an anchor is used, where a key was
// set first.
type Related struct {
	Span    recipe.Span
	Message string
}

// Skipped is a rule that could not judge, and why.
type Skipped struct{ Rule, Name, Reason string }

// Result is what a run found: findings sorted by file, line, column and rule,
// skipped rules by code.
type Result struct {
	Findings   []Finding
	Suppressed []Suppressed
	Skipped    []Skipped
}

// Count returns how many findings have the severity.
func (r Result) Count(s Severity) int {
	n := 0
	for _, f := range r.Findings {
		if f.Severity == s {
			n++
		}
	}
	return n
}

func (r *Result) sort() {
	slices.SortStableFunc(r.Findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.Span.File, b.Span.File),
			cmp.Compare(a.Span.Line, b.Span.Line),
			cmp.Compare(a.Span.Column, b.Span.Column),
			cmp.Compare(a.Rule, b.Rule),
			cmp.Compare(a.Evidence, b.Evidence),
		)
	})
	slices.SortFunc(r.Skipped, func(a, b Skipped) int { return cmp.Compare(a.Rule, b.Rule) })
}

// fingerprint names each finding so that it is known again after lines moved
// and messages were reworded. Equal evidence is told apart by its order.
func (r *Result) fingerprint() {
	seen := map[string]int{}
	for i := range r.Findings {
		f := &r.Findings[i]
		id := f.Rule + "\x00" + f.Span.File + "\x00" + f.Evidence
		seen[id]++
		if n := seen[id]; n > 1 {
			id = fmt.Sprintf("%s\x00%d", id, n)
		}
		sum := sha256.Sum256([]byte(id))
		f.Fingerprint = hex.EncodeToString(sum[:16])
	}
}
