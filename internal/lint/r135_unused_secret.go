package lint

var unusedSecret = Rule{
	Code: "R135", Name: "unused-secret",
	Severity: Warning, Confidence: High,
	What: "A secret is defined and no service uses it, with any overlay.",
	Why: "Operators are asked to generate it, abra and the deploy engine check that it is there, and no service reads it. It is left " +
		"over, or a service lacks it.",
	Fix:   "Remove it, or give it to the service that needs it.",
	Bad:   app("secrets:\n  db_password:\n    external: true\n"),
	Good:  app("    secrets: [db_password]\nsecrets:\n  db_password:\n    external: true\n"),
	Needs: []Need{NeedsCompose},
	Check: unused("secrets"),
}
