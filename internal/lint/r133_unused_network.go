package lint

var unusedNetwork = Rule{
	Code: "R133", Name: "unused-network",
	Severity: Warning, Confidence: High,
	What: "A network is defined and no service uses it, with any overlay.",
	Why: "A network that nobody joins is not created, and one that is external is waited for by nobody. It is left over, or a service " +
		"that should be in it is not: then it cannot be reached.",
	Fix:   "Remove it, or give it to the service that needs it.",
	Bad:   app("networks:\n  internal:\n"),
	Good:  app("    networks: [internal]\nnetworks:\n  internal:\n"),
	Needs: []Need{NeedsCompose},
	Check: unused("networks"),
}
