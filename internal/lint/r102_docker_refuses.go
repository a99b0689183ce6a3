package lint

var dockerRefuses = Rule{
	Code: "R102", Name: "docker-refuses",
	Severity: Error, Confidence: High, Docker: Refuses,
	What: "docker stack deploy refuses to load the stack.",
	Why: "Docker stops at the first fault, without file or line; the linter reports all of them, each where it stands. Most have a rule " +
		"of their own; this one keeps the rest, such as a required key that is missing or keys that exclude each other.",
	Fix:   "Change the key or the value as the message says.",
	Bad:   Example{{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n    ulimits:\n      nofile:\n        soft: 1024\n"}},
	Good:  Example{{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n    ulimits:\n      nofile:\n        soft: 1024\n        hard: 4096\n"}},
	Check: diagnosed("R102"),
}
