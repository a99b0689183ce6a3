// Package lint judges a recipe. A rule is a metadata literal and a pure
// function from Input to findings; the list of rules is explicit.
package lint

import (
	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

// Severity of a finding.
type Severity string

const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Info    Severity = "info"
)

// Facts are what a rule cannot read from the recipe's files. A nil fact is
// absent: the rules that need it are skipped, with the reason.
type Facts struct {
	Tags       *[]Tag    // the repo's tags; nil where there is no repo or no tag
	Versions   *[]string // versions that the catalogue lists
	RepoExists *bool     // the recipe's repo exists on its forge
}

// Tag is one git tag of the recipe's repo.
type Tag struct {
	Name      string
	Annotated bool
}

// Variant is the recipe with one choice of overlays.
type Variant struct {
	Name  string // "compose.yml", "compose.yml + compose.smtp.yml", "all overlays"
	Files []string
	Stack *stack.Stack
}

// Input is everything that a rule may look at.
type Input struct {
	Recipe   *recipe.Recipe
	Env      stack.Env
	Variants []Variant // base, the sample's set, that set plus each optional overlay, all
	Facts    Facts
}

// NewInput loads the variants of the recipe.
func NewInput(r *recipe.Recipe, facts Facts) *Input { panic("contract") }

// Finding is one thing a rule says.
type Finding struct {
	Rule, Name  string
	Severity    Severity
	Message     string
	Fix         string      // how to fix it, one sentence
	Span        recipe.Span // File relative to the recipe
	Variants    []string    // where it holds only with some overlays
	Fingerprint string      // rule + path + evidence, no line, no prose
}

// Skipped is a rule that could not judge, and why.
type Skipped struct{ Rule, Name, Reason string }

// Result is what a run found, sorted by file, line, column, rule.
type Result struct {
	Findings []Finding
	Skipped  []Skipped
}

// Run applies every rule of Rules.
func Run(in *Input) Result { panic("contract") }
