package lint

import (
	"fmt"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
)

var readmeMetadata = Rule{
	Code: "R007", Name: "readme-metadata",
	Severity: Warning, Confidence: High,
	What: "The metadata block of README.md is not filled in.",
	Why: "The catalogue shows these fields, and people choose by them: whether an app is backed up, sends mail, " +
		"is checked for health, and how mature its packaging is. A blank says \"unknown\", not \"no\".",
	Fix: "Fill in the field; say No, 0 or N/A where that is the truth.",
	Bad: Example{
		{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n"},
		{"README.md", "# site\n\n<!-- metadata -->\n* **Category**: Apps\n* **Status**: ?\n* **Backups**:\n<!-- endmetadata -->\n"},
	},
	Good: Example{
		{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n"},
		{"README.md", `# site

<!-- metadata -->
* **Category**: Apps
* **Status**: 1, alpha
* **Image**: [` + "`nginx`" + `](https://hub.docker.com/_/nginx), 4, upstream
* **Healthcheck**: No
* **Backups**: No
* **Email**: N/A
* **Tests**: 0
* **SSO**: N/A
<!-- endmetadata -->
`},
	},
	Needs: []Need{NeedsRecipe},
	Check: checkReadmeMetadata,
}

const readmeFile = "README.md"

func checkReadmeMetadata(in *Input) []Finding {
	readme := in.Recipe.Readme
	switch {
	case readme == nil && in.faulty(readmeFile): // R101 says so
		return nil
	case readme == nil:
		return wholeReadme("README.md is missing", "README.md")
	case !readme.HasMetadata:
		return wholeReadme("README.md has no metadata block: <!-- metadata --> … <!-- endmetadata -->", "metadata")
	}
	var found []Finding
	for _, field := range metadataFields(readme.Metadata) {
		if finding, blank := blankField(readme, field); blank {
			finding.Repairs = in.answer(readme, field)
			found = append(found, finding)
		}
	}
	return found
}

func wholeReadme(message, evidence string) []Finding {
	return []Finding{{
		Message:  message,
		Fix:      "Add README.md with a metadata block; 'recipe-lint explain R007' shows one.",
		Span:     recipe.Span{File: readmeFile},
		Evidence: evidence,
	}}
}

// namedField is a field that every recipe must fill in; Maintainer is optional.
type namedField struct {
	name string
	recipe.Field
}

func metadataFields(m recipe.Metadata) []namedField {
	return []namedField{
		{"Category", m.Category},
		{"Status", m.Status},
		{"Image", m.Image.Field},
		{"Healthcheck", m.Healthcheck},
		{"Backups", m.Backups},
		{"Email", m.Email},
		{"Tests", m.Tests},
		{"SSO", m.SSO},
	}
}

func blankField(readme *recipe.Readme, field namedField) (Finding, bool) {
	fault := ""
	span := field.Span
	switch value := strings.TrimSpace(field.Value); {
	case !field.Present:
		fault, span = "is missing", readme.Metadata.Span
	case value == "":
		fault = "is empty"
	case strings.HasPrefix(value, "?"):
		fault = fmt.Sprintf("is %q", value)
	default:
		return Finding{}, false
	}
	return Finding{
		Message:  fmt.Sprintf("the metadata field %s %s", field.name, fault),
		Span:     span,
		Evidence: field.name,
	}, true
}
