package lint

var enumInvalid = Rule{
	Code: "R122", Name: "enum-invalid",
	Severity: Error, Confidence: High, Docker: Fails,
	What: "A setting is none of the words that Swarm knows.",
	Why: "Docker's loader checks update_config.order and passes all others: a bad mode or restart condition stops the conversion, " +
		"a bad failure_action not even that, until the engine refuses the service, when others are deployed already.",
	Fix:   "Write one of the words that the message names.",
	Bad:   app("    deploy:\n      update_config:\n        failure_action: abort\n"),
	Good:  app("    deploy:\n      update_config:\n        failure_action: rollback\n"),
	Check: diagnosed("R122"),
}
