package lint

var envFileUnreadable = Rule{
	Code: "R150", Name: "env-file-unreadable",
	Severity: Error, Confidence: High, Docker: Refuses,
	What: "A file of env_file is missing, or has a line that is no assignment.",
	Why: "Docker opens it while it loads: without the file nothing is deployed. The .env that docker compose users keep beside the " +
		"compose file is not part of a recipe; an app's values come from the operator's env through environment.",
	Fix:   "Write the values under environment, as NAME: ${NAME}, or add the file to the recipe.",
	Bad:   app("    env_file: .env\n"),
	Good:  app("    environment:\n      TZ: ${TZ:-UTC}\n"),
	Check: diagnosed("R150"),
}
