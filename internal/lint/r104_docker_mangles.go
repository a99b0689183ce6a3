package lint

var dockerMangles = Rule{
	Code: "R104", Name: "docker-mangles",
	Severity: Warning, Confidence: High, Docker: Mangles,
	What: "docker stack deploy uses a value that is not the one written.",
	Why: "Nothing warns, and the app runs with a value that stands in no file. Most such values have rules of their own; this one keeps " +
		"the rest: the engine takes an unknown protocol of a port for tcp, and an unknown mode for ingress.",
	Fix:   "Write one of the values that the message names.",
	Bad:   Example{{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n    ports:\n      - {target: 53, published: 53, protocol: dns}\n"}},
	Good:  Example{{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n    ports:\n      - {target: 53, published: 53, protocol: udp}\n"}},
	Check: diagnosed("R104"),
}
