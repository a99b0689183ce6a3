package lint

import "coopcloud.tech/catalogue/internal/recipe"

var envSample = Rule{
	Code: "R008", Name: "env-sample",
	Severity: Error, Confidence: High,
	What: "The recipe has no .env.sample.",
	Why: "A new app's configuration is a copy of .env.sample; without it no app can be made, " +
		"and abra stops with \"unable to validate recipe\".",
	Fix:   "Create .env.sample with TYPE, DOMAIN and every variable that an operator may set.",
	Bad:   Example{{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n"}},
	Good:  Example{{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n"}, {".env.sample", "TYPE=site\nDOMAIN=site.example.com\n"}},
	Needs: []Need{NeedsRecipe},
	Check: checkEnvSample,
}

func checkEnvSample(in *Input) []Finding {
	// One that is there and cannot be read is a fault of its own (R101).
	if in.Recipe.EnvSample != nil || in.faulty(".env.sample") {
		return nil
	}
	return []Finding{{
		Message:  ".env.sample is missing",
		Span:     recipe.Span{File: ".env.sample"},
		Evidence: ".env.sample",
	}}
}
