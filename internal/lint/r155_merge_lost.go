package lint

var mergeLost = Rule{
	Code: "R155", Name: "merge-lost",
	Severity: Error, Confidence: High, Docker: Mangles,
	What: "Docker's merge of the base file and an overlay loses or breaks something.",
	Why: "A healthcheck's test is appended to the earlier one, which gives CMD /a CMD /b, a command that always fails; of two ports with one published " +
		"number, 53/tcp and 53/udp, one is lost, and all but one that publish none; a secret mounted twice is mounted once. " +
		"catalogue app deploy merges them as meant, docker stack deploy does not.",
	Fix: "Keep the healthcheck, the ports or the uses of a secret in one file.",
	Bad: Example{
		{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n    healthcheck:\n      test: [\"CMD\", \"true\"]\n"},
		{"compose.db.yml", "services:\n  app:\n    healthcheck:\n      test: [\"CMD\", \"curl\", \"localhost\"]\n"},
	},
	Good: Example{
		{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n    healthcheck:\n      test: [\"CMD\", \"true\"]\n"},
		{"compose.db.yml", "services:\n  app:\n    healthcheck:\n      start_period: 1m\n"},
	},
	Check: diagnosed("R155"),
}
