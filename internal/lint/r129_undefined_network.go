package lint

var undefinedNetwork = Rule{
	Code: "R129", Name: "undefined-network",
	Severity: Error, Confidence: High, Docker: Fails,
	What: "A service joins a network that no file defines.",
	Why: "Docker's loader passes it; the deploy stops when it converts the service, with the networks of the stack created " +
		"and, under --prune, old services gone. In an overlay the base file usually has the network under another name.",
	Fix:   "Define the network at the top of the file, external: true where another stack owns it, or correct the name.",
	Bad:   app("    networks: [proxy]\n"),
	Good:  app("    networks: [proxy]\nnetworks:\n  proxy:\n    external: true\n"),
	Check: diagnosed("R129", lessAlone),
}
