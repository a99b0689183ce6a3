package lint

var undefinedSecret = Rule{
	Code: "R131", Name: "undefined-secret",
	Severity: Error, Confidence: High, Docker: Fails,
	What: "A service uses a secret that no file defines.",
	Why: "Docker's loader passes it and the deploy stops half-way with \"undefined secret\"; and since no definition carries its " +
		"name, no tool generates it. An overlay that works only beside another one fails so for who enables it alone.",
	Fix:   "Define the secret under the top-level secrets of the same file, or correct the name.",
	Bad:   app("    secrets: [db_password]\n"),
	Good:  app("    secrets: [db_password]\nsecrets:\n  db_password:\n    external: true\n    name: ${STACK_NAME}_db_password_v1\n"),
	Check: diagnosed("R131", lessAlone),
}
