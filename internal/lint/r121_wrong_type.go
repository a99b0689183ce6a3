package lint

var wrongType = Rule{
	Code: "R121", Name: "wrong-type",
	Severity: Error, Confidence: High, Docker: Refuses,
	What: "A value is of another kind than the key takes: a list, a mapping, a text, nothing.",
	Why: "An empty volumes:, a list where a mapping belongs, a published port as text: Docker's schema takes none of them and stops " +
		"with \"must be a mapping\", without a line. An entry whose lines are all commented out is the usual cause.",
	Fix:   "Write what the message expects, or remove the key.",
	Bad:   app("    volumes:\n      # - data:/data\n"),
	Good:  app("    volumes:\n      - /srv/data:/data\n"),
	Check: diagnosed("R121"),
}
