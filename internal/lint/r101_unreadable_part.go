package lint

import (
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

var unreadablePart = Rule{
	Code: "R101", Name: "unreadable-part",
	Severity: Error, Confidence: High,
	What: "A part of the recipe could not be read.",
	Why: "Broken YAML, an env line that is no assignment, a symlink, a file beyond the bounds, more faults than can be shown: what stands there is not judged, " +
		"not listed in the catalogue and not deployed. The rest of the recipe is still judged, so a clean result without this rule would be a lie.",
	Fix:   "Repair the file; the message says what was expected.",
	Bad:   Example{{"compose.yml", "services:\n  app:\n    image: \"nginx:1.27.3\n"}},
	Good:  Example{{"compose.yml", "services:\n  app:\n    image: \"nginx:1.27.3\"\n"}},
	Check: checkUnreadablePart,
}

func checkUnreadablePart(in *Input) []Finding {
	found := eachVariant(tooMany)(in)
	if in.Recipe == nil { // of a file alone the stack says what is broken
		return found
	}
	for _, fault := range in.faults() {
		if !isShellFault(fault) { // R198
			found = append(found, faultFinding(fault))
		}
	}
	return found
}

// tooMany says in which files faults are hidden behind others.
func tooMany(in *Input, v *Variant) []Finding {
	var found []Finding
	for _, d := range v.Stack.Diagnostics {
		if d.Code == stack.CodeTooMany {
			f := in.finding(d)
			f.Fix = "Repair those that are shown by hand: --fix repairs nothing while others are hidden."
			found = append(found, f)
		}
	}
	return found
}

// Hides says whether there are more findings than are shown.
func (r Result) Hides() bool {
	hides := func(f Finding) bool {
		return f.Rule == unreadablePart.Code && strings.HasPrefix(f.Evidence, stack.CodeTooMany+" ")
	}
	return slices.ContainsFunc(r.Findings, hides) ||
		slices.ContainsFunc(r.Suppressed, func(s Suppressed) bool { return hides(s.Finding) })
}

func faultFinding(fault recipe.Fault) Finding {
	return Finding{
		Severity: faultSeverity(fault.Code),
		Message:  fault.Message,
		Span:     fault.Span,
		Evidence: fault.Code,
	}
}

// faults are all faults of reading, each once: files keep their own, too.
func (in *Input) faults() []recipe.Fault {
	all := slices.Concat(in.Recipe.Faults, in.Env.Faults)
	seen := map[recipe.Fault]bool{}
	return slices.DeleteFunc(all, func(f recipe.Fault) bool {
		before := seen[f]
		seen[f] = true
		return before || f.Code == recipe.CodeYAMLDuplicate // R128
	})
}

func faultSeverity(code string) Severity {
	switch code {
	case recipe.CodeDynamicExport, recipe.CodeMetadataOpen, recipe.CodeYAMLDocuments:
		return Warning
	}
	return Error
}

// Unreadable is the result for a recipe, or for the named file, of which nothing
// could be read: one finding, whichever rules apply, since none of them was judged.
func Unreadable(cause error, file string) Result {
	var result Result
	finding := Finding{
		Message: cause.Error(), Fix: "Name a recipe's folder or a compose file that can be read.",
		Span: recipe.Span{File: file}, Evidence: "unreadable",
	}
	result.Findings = append(result.Findings, unreadablePart.sign(finding))
	result.fingerprint()
	return result
}
