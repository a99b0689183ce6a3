package lint

var relativeBind = Rule{
	Code: "R159", Name: "relative-bind",
	Severity: Error, Confidence: High, Docker: Mangles,
	What: "A bind mount's source is a relative path.",
	Why: "Docker joins ./data to the folder of the compose file on the operator's machine; the task looks for that path on whichever node it runs, " +
		"and is rejected where it is missing: a bind source is never made. It works only where both are one machine.",
	Fix:   "Use a volume for data, a config for a file, or name an absolute path on the node.",
	Bad:   app("    volumes:\n      - ./data:/data\n"),
	Good:  app("    volumes:\n      - data:/data\nvolumes:\n  data:\n"),
	Check: diagnosed("R159"),
}
