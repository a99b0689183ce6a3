package lint

import (
	"fmt"
	"regexp"

	"coopcloud.tech/catalogue/internal/recipe"
)

var annotatedTags = Rule{
	Code: "R014", Name: "annotated-tags",
	Severity: Error, Confidence: High,
	What: "A version is a lightweight tag.",
	Why: "A lightweight tag has no author, date or message and is easily moved: nobody can say who released the version, " +
		"or that it is still the one that others deployed. abra counts it as an error, and errors stop its deploys.",
	Fix: "Replace it: git tag -f -a TAG \"TAG^{}\" -m \"chore: publish TAG release\", then push it with --force.",
	Bad: Example{
		{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n"},
		{"git tag", "git tag 1.0.0+1.27.3\n"},
	},
	Good: Example{
		{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n"},
		{"git tag", "git tag -a 1.0.0+1.27.3 -m \"chore: publish 1.0.0+1.27.3 release\"\n"},
	},
	Needs: []Need{NeedsTags},
	Check: checkAnnotatedTags,
}

// versionTag matches X.Y.Z+UPSTREAM and the older forms without + or with v.
var versionTag = regexp.MustCompile(`^v?[0-9]+\.[0-9]+\.[0-9]+`)

func checkAnnotatedTags(in *Input) []Finding {
	var found []Finding
	for _, tag := range *in.Facts.Tags {
		if tag.Annotated || !versionTag.MatchString(tag.Name) {
			continue
		}
		found = append(found, Finding{
			Message:  fmt.Sprintf("the version %s is a lightweight tag", tag.Name),
			Span:     recipe.Span{File: baseFile},
			Evidence: "tag=" + tag.Name,
		})
	}
	return found
}
