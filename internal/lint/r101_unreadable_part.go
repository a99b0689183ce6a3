package lint

import (
	"slices"

	"coopcloud.tech/catalogue/internal/recipe"
)

var unreadablePart = Rule{
	Code: "R101", Name: "unreadable-part",
	Severity: Error, Confidence: High,
	What: "A part of the recipe could not be read.",
	Why: "Broken YAML, an env line that is no assignment, a symlink, a file beyond the bounds: what stands there is not judged, " +
		"not listed in the catalogue and not deployed. The rest of the recipe is still judged, so a clean result without this rule would be a lie.",
	Fix:   "Repair the file; the message says what was expected.",
	Bad:   Example{{"compose.yml", "services:\n  app:\n    image: \"nginx:1.27.3\n"}},
	Good:  Example{{"compose.yml", "services:\n  app:\n    image: \"nginx:1.27.3\"\n"}},
	Needs: []Need{NeedsRecipe},
	Check: checkUnreadablePart,
}

func checkUnreadablePart(in *Input) []Finding {
	var found []Finding
	for _, fault := range in.faults() {
		if !isShellFault(fault) { // R198
			found = append(found, faultFinding(fault))
		}
	}
	return found
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
