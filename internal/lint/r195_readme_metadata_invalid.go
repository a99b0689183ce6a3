package lint

import (
	"fmt"
	"regexp"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
)

var readmeMetadataInvalid = Rule{
	Code: "R195", Name: "readme-metadata-invalid",
	Severity: Warning, Confidence: High,
	What: "A metadata field of README.md has a value that its scale does not have.",
	Why: "The catalogue reads these fields by their scale, filters by them and counts with them: a Status of \"beta\" is 0, an Email of \"Yes\" is unknown. " +
		"Status goes from 0 to 5, the image's rating from 1 to 4, Email and SSO from 0 to 3 or N/A, Tests from 0 to 3; Healthcheck and Backups say Yes or No. " +
		"Blanks and question marks are R007.",
	Fix:   "Write a value of the scale; words may follow it, as in \"1, alpha\".",
	Bad:   Example{{"compose.yml", "services: {}\n"}, {"README.md", metadataExample("stable", "manual")}},
	Good:  Example{{"compose.yml", "services: {}\n"}, {"README.md", metadataExample("3, stable", "1 (manual)")}},
	Needs: []Need{NeedsRecipe},
	Check: checkMetadataValues,
}

func metadataExample(status, email string) string {
	return "# site\n\n<!-- metadata -->\n* **Status**: " + status + "\n* **Email**: " + email + "\n<!-- endmetadata -->\n"
}

// scales are what a field may start with. No stands for 0 in many recipes.
var scales = map[string]struct {
	pattern  *regexp.Regexp
	expected string
}{
	"Status":      {regexp.MustCompile(`^[0-5]\b`), "a number from 0 to 5"},
	"Email":       {regexp.MustCompile(`(?i)^([0-3]|N/?A|no|none)\b`), "a number from 0 to 3, or N/A"},
	"SSO":         {regexp.MustCompile(`(?i)^([0-3]|N/?A|no|none)\b`), "a number from 0 to 3, or N/A"},
	"Tests":       {regexp.MustCompile(`(?i)^([0-3]|N/?A|no|none)\b`), "a number from 0 to 3"},
	"Healthcheck": {regexp.MustCompile(`(?i)^(yes|no|N/?A)\b`), "Yes or No"},
	"Backups":     {regexp.MustCompile(`(?i)^(yes|no|N/?A)\b`), "Yes or No"},
}

func checkMetadataValues(in *Input) []Finding {
	readme := in.Recipe.Readme
	if readme == nil || !readme.HasMetadata {
		return nil
	}
	var found []Finding
	for _, field := range metadataFields(readme.Metadata) {
		scale, scaled := scales[field.name]
		if _, blank := blankField(readme, field); !blank && scaled && !scale.pattern.MatchString(field.Value) {
			found = append(found, in.offScale(field, scale.expected))
		}
	}
	return append(found, in.imageRating(readme.Metadata.Image)...)
}

func (in *Input) offScale(field namedField, expected string) Finding {
	f := Finding{
		Message:  fmt.Sprintf("the metadata field %s is %q; expected %s", field.name, field.Value, expected),
		Span:     field.Span,
		Evidence: field.name + "=" + field.Value,
	}
	if meant, ok := meantValues[field.name+"="+strings.ToLower(field.Value)]; ok {
		f.Repairs = in.rewriteFile("Write "+meant, true, field.Span, meant)
	}
	return f
}

// meantValues are words that can only mean one value.
var meantValues = map[string]string{
	"Status=alpha":       "1, alpha",
	"Healthcheck=✅":      "Yes",
	"Healthcheck=true":   "Yes",
	"Healthcheck=❌":      "No",
	"Healthcheck=false":  "No",
	"Healthcheck=none":   "No",
	"Backups=✅":          "Yes",
	"Backups=true":       "Yes",
	"Backups=❌":          "No",
	"Backups=false":      "No",
	"Backups=none":       "No",
	"Email=automatic":    "3",
	"Email=mostly":       "2",
	"Email=manual":       "1",
	"SSO=automatic":      "3",
	"SSO=mostly":         "2",
	"SSO=manual":         "1",
	"Email=not required": "N/A",
	"SSO=not required":   "N/A",
}

var rating = regexp.MustCompile(`^[1-4]\b`)

func (in *Input) imageRating(image recipe.ImageField) []Finding {
	value := strings.TrimSpace(image.Value)
	var has string
	switch {
	case value == "" || value[0] == '?':
		return nil
	case image.Rating == "":
		has = "has no rating"
	case !rating.MatchString(image.Rating):
		has = fmt.Sprintf("has the rating %q", image.Rating)
	case image.Source == "": // abra reads three parts or none
		has = "has no source"
	default:
		return nil
	}
	return []Finding{{
		Message:  fmt.Sprintf("the metadata field Image %s; expected `NAME`, a number from 1 to 4, and the source", has),
		Fix:      "Write [`NAME`](URL), RATING, SOURCE; the rating is 4 official, 3 semi-official, 2 third-party, 1 own.",
		Span:     image.Span,
		Evidence: "Image=" + image.Rating,
	}}
}
