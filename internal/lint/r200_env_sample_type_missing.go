package lint

import "coopcloud.tech/catalogue/internal/recipe"

var envSampleTypeMissing = Rule{
	Code: "R200", Name: "env-sample-type-missing",
	Severity: Error, Confidence: High,
	What: ".env.sample does not say TYPE.",
	Why: "An app is its .env file, and TYPE (or RECIPE) is how every tool finds the recipe that it is made of, and the version that it is pinned to. " +
		"An app made of a sample without it cannot be deployed.",
	Fix:   "Write TYPE= and the recipe's name at the top.",
	Bad:   Example{{"compose.yml", "services: {}\n"}, {".env.sample", "DOMAIN=site.example.com\n"}},
	Good:  Example{{"compose.yml", "services: {}\n"}, {".env.sample", "TYPE=site\nDOMAIN=site.example.com\n"}},
	Needs: []Need{NeedsRecipe},
	Check: checkSampleType,
}

func checkSampleType(in *Input) []Finding {
	sample := in.Recipe.EnvSample
	if sample == nil { // R008
		return nil
	}
	for _, name := range []string{"TYPE", "RECIPE"} {
		if v, ok := sample.Get(name); ok && v.Value != "" {
			return nil
		}
	}
	return []Finding{{
		Message:  ".env.sample says neither TYPE nor RECIPE",
		Span:     recipe.Span{File: sample.Path},
		Evidence: "TYPE",
	}}
}
