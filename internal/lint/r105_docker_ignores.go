package lint

var dockerIgnores = Rule{
	Code: "R105", Name: "docker-ignores",
	Severity: Warning, Confidence: High, Docker: Ignores,
	What: "docker stack deploy drops something that no other rule names.",
	Why: "Nothing warns when a value is dropped, and the app runs without what the file promises. Most keys that are dropped " +
		"have rules of their own; this one keeps the rest, such as an extra host without an address or a second YAML document.",
	Fix:   "Remove it, or write it as the message says.",
	Bad:   Example{{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n    extra_hosts: [database]\n"}},
	Good:  Example{{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n    extra_hosts: [\"database:10.0.0.5\"]\n"}},
	Check: diagnosed("R105"),
}
