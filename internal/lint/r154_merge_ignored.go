package lint

var mergeIgnored = Rule{
	Code: "R154", Name: "merge-ignored",
	Severity: Warning, Confidence: High, Docker: Ignores,
	What: "An overlay's empty, zero or false value overrides nothing.",
	Why: "Docker's merge cannot tell false, 0, \"\" and [] from not said: an overlay that switches tty or init off, empties a variable or " +
		"clears a command changes nothing, and nothing says so.",
	Fix: "Move the value from the base file into an overlay of its own, or make it a variable.",
	Bad: Example{
		{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n    read_only: true\n"},
		{"compose.debug.yml", "services:\n  app:\n    read_only: false\n"},
	},
	Good: Example{
		{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n"},
		{"compose.hardened.yml", "services:\n  app:\n    read_only: true\n"},
	},
	Check: diagnosed("R154"),
}
