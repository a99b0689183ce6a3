package lint

import "cmp"

// Rule is a metadata literal and a pure function. `explain`, the pages in
// docs/rules and the reports all come from the literal.
type Rule struct {
	Code string // R009; never used again for another meaning
	Name string // slug: app-service

	Severity   Severity
	Confidence Confidence
	Docker     Outcome // "" where the rule is not about what Docker does

	What string // what is wrong, one sentence
	Why  string // what it does to an operator, with the evidence
	Fix  string // how to fix it, one sentence
	Bad  Example
	Good Example

	Threshold *Threshold // the number that it judges by; nil where there is none

	Needs []Need                    // without these the rule is skipped
	Check func(in *Input) []Finding // nil: the number is reserved
}

// Confidence says how surely a finding of the rule is a real fault.
type Confidence string

const (
	High   Confidence = "high"   // read from the files and from what Docker does
	Medium Confidence = "medium" // usually right; a maintainer may know better
)

// Outcome is what docker stack deploy does about what a rule finds.
type Outcome string

const (
	Refuses Outcome = "refuses" // it does not load the files at all
	Fails   Outcome = "fails"   // it loads them, as a rule, and stops half-way
	Mangles Outcome = "mangles" // it uses another value than the one written
	Ignores Outcome = "ignores" // it drops the key or the value
)

// Example is a small recipe; tests run the rule on it. Besides the recipe's
// own files some names stand for facts: "git tag", "catalogue", "forge", "images",
// and "previous/…" for a file of the last release, whose tag is the last "git tag".
type Example []File

// File is one file of an example.
type File struct{ Name, Text string }

// Need is something that a rule judges by and that an input may lack.
type Need string

const (
	NeedsRecipe   Need = "recipe"
	NeedsCompose  Need = "compose.yml"
	NeedsDomain   Need = "DOMAIN"
	NeedsTags     Need = "git tags"
	NeedsVersions Need = "catalogue"
	NeedsForge    Need = "forge"
	NeedsImages   Need = "registries"
	NeedsRecorded Need = "recorded digests"
	NeedsPrograms Need = "programs of images"
	NeedsPrevious Need = "last release"
)

// lacks says why the input cannot serve the need; "" where it can.
func (in *Input) lacks(need Need) string {
	switch {
	case in.Recipe == nil:
		return "a single file is not a whole recipe"
	case need == NeedsCompose && in.compose(baseFile) == nil:
		return baseFile + " is missing or broken"
	case need == NeedsDomain && !in.samples("DOMAIN"):
		return ".env.sample sets no DOMAIN"
	case need == NeedsTags:
		return in.Facts.lacksTags()
	case need == NeedsVersions && in.Facts.Versions == nil:
		return cmp.Or(in.Facts.Unknown[need], "the catalogue was not asked")
	case need == NeedsForge && in.Facts.RepoExists == nil:
		return cmp.Or(in.Facts.Unknown[need], "the forge was not asked")
	case need == NeedsImages && in.Facts.Images == nil:
		return cmp.Or(in.Facts.Unknown[need], notAsked)
	case need == NeedsRecorded && !in.Facts.anyImage(func(i ImageFact) bool { return i.Recorded != "" }):
		return cmp.Or(in.Facts.Unknown[need], "no digest was recorded for an image")
	case need == NeedsPrograms:
		return in.lacksPrograms()
	case need == NeedsPrevious:
		return in.Facts.lacksPrevious()
	}
	return ""
}

// partly says why the input serves the rule's needs, but not in whole: of what is
// missing the rule says nothing.
func (in *Input) partly(rule *Rule) string {
	for _, need := range rule.Needs {
		if reason := in.Facts.Unknown[need]; reason != "" {
			return "in part: " + reason
		}
	}
	return ""
}
