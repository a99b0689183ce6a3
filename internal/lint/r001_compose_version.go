package lint

import (
	"fmt"

	"go.yaml.in/yaml/v4"

	"coopcloud.tech/catalogue/internal/recipe"
)

var composeVersion = Rule{
	Code: "R001", Name: "compose-version",
	Severity: Warning, Confidence: High,
	What: `A compose file does not say version: "3.8".`,
	Why: `Docker merges only files that say the same version: a base file with "3.8" and an overlay without one fail ` +
		`with "version mismatched between two composefiles", without a line. Co-op Cloud has settled on "3.8".`,
	Fix: `Put version: "3.8" at the top of every compose file.`,
	Bad: Example{
		{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n"},
	},
	Good: Example{
		{"compose.yml", "version: \"3.8\"\nservices:\n  app:\n    image: nginx:1.27.3\n"},
	},
	Needs: []Need{NeedsCompose},
	Check: checkComposeVersion,
}

func checkComposeVersion(in *Input) []Finding {
	var found, missing []Finding
	files := 0
	for _, file := range in.Recipe.Compose {
		if file.Root == nil {
			continue
		}
		files++
		if in.versionRefused(file.Path) { // R117, R118
			continue
		}
		switch _, value := find(file.Root, []string{"version"}); {
		case value == nil:
			missing = append(missing, Finding{
				Message:  fmt.Sprintf(`%s says no version; expected version: "3.8"`, file.Path),
				Span:     recipe.Span{File: file.Path},
				Evidence: "version",
			})
		case value.Kind != yaml.ScalarNode || value.Value != "3.8":
			found = append(found, Finding{
				Message:  fmt.Sprintf(`version is %q; expected "3.8"`, value.Value),
				Span:     file.Span(value),
				Evidence: "version=" + value.Value,
			})
		}
	}
	if len(missing) == files && files > 1 { // consistent, so it merges: say it once
		missing = missing[:1]
		missing[0].Message = `no compose file says a version; expected version: "3.8" in each`
	}
	return append(found, missing...)
}
