package lint

import "coopcloud.tech/catalogue/internal/recipe"

var repository = Rule{
	Code: "R013", Name: "repository",
	Severity: Warning, Confidence: High,
	What: "The recipe has no repository on the commons' forge.",
	Why: "The catalogue is crawled from git.coopcloud.tech: a recipe that is not there cannot be found, " +
		"fetched by name, or improved by the others who run it.",
	Fix:   "Upload the recipe to https://git.coopcloud.tech/coop-cloud.",
	Bad:   Example{{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n"}, {"forge", "404 Not Found\n"}},
	Good:  Example{{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n"}, {"forge", "200 OK\n"}},
	Needs: []Need{NeedsForge},
	Check: checkRepository,
}

func checkRepository(in *Input) []Finding {
	if *in.Facts.RepoExists {
		return nil
	}
	return []Finding{{
		Message:  "git.coopcloud.tech has no repository for this recipe",
		Span:     recipe.Span{File: baseFile},
		Evidence: "repository",
	}}
}
