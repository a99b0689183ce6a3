package lint

import "coopcloud.tech/catalogue/internal/recipe"

var published = Rule{
	Code: "R006", Name: "published-version",
	Severity: Warning, Confidence: High,
	What: "The catalogue has no version of the recipe.",
	Why: "Operators deploy versions: without one they get whatever the default branch holds that day (abra calls that chaos), " +
		"and cannot roll back to a state with a name.",
	Fix:   "Publish a version: an annotated tag X.Y.Z+UPSTREAM whose name stands in the version label of service app.",
	Bad:   Example{{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n"}, {"catalogue", ""}},
	Good:  Example{{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n"}, {"catalogue", "1.0.0+1.27.3\n"}},
	Needs: []Need{NeedsVersions},
	Check: checkPublished,
}

func checkPublished(in *Input) []Finding {
	if len(*in.Facts.Versions) > 0 {
		return nil
	}
	return []Finding{{
		Message:  "the catalogue lists no version of this recipe",
		Span:     recipe.Span{File: baseFile},
		Evidence: "versions",
	}}
}
