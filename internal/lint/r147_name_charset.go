package lint

var nameCharset = Rule{
	Code: "R147", Name: "name-charset",
	Severity: Error, Confidence: High, Docker: Fails,
	What: "A name has characters that Swarm does not take.",
	Why: "Compose allows dots in a service's name; Swarm makes a DNS name of it and refuses. A name also starts and ends with a letter or a digit: " +
		"a config whose version is empty ends in _ and fails. Docker's loader passes all of it, the engine stops half-way.",
	Fix:   "Use letters and digits, with - and _ between them; secrets and configs may have dots too.",
	Bad:   app("  db.main:\n    image: postgres:17.2\n"),
	Good:  app("  db-main:\n    image: postgres:17.2\n"),
	Check: diagnosed("R147"),
}
