package lint

import "coopcloud.tech/catalogue/internal/recipe"

var abraShSyntax = Rule{
	Code: "R198", Name: "abra-sh-syntax",
	Severity: Error, Confidence: High,
	What: "abra.sh is not valid shell, or says a version that only executing it would show.",
	Why: "abra sources the file in the app's container to run its commands, and reads the config versions from its export lines. " +
		"Where it does not parse, no command works; where a version comes from $(…), no tool knows it without executing a stranger's code, which none does.",
	Fix:   "Correct the script; bash -n abra.sh shows the place. Write versions as plain text.",
	Bad:   Example{{"compose.yml", "services: {}\n"}, {"abra.sh", "export SITE_CONF_VERSION=v1\nrestart() {\n"}},
	Good:  Example{{"compose.yml", "services: {}\n"}, {"abra.sh", "export SITE_CONF_VERSION=v1\nrestart() {\n  nginx -s reload\n}\n"}},
	Needs: []Need{NeedsRecipe},
	Check: checkAbraSh,
}

func checkAbraSh(in *Input) []Finding {
	var found []Finding
	for _, fault := range in.faults() {
		if isShellFault(fault) {
			found = append(found, faultFinding(fault))
		}
	}
	return found
}

// isShellFault tells what R198 reports from what R101 does.
func isShellFault(f recipe.Fault) bool {
	return f.Code == recipe.CodeShellSyntax || f.Code == recipe.CodeShellTooLarge || f.Code == recipe.CodeDynamicExport
}
