package lint

var undefinedVolume = Rule{
	Code: "R130", Name: "undefined-volume",
	Severity: Error, Confidence: High, Docker: Fails,
	What: "A service mounts a volume that no file defines.",
	Why: "Docker's loader passes it and the deploy stops half-way with \"undefined volume\". Where a path was meant, data:/data " +
		"names a volume and ./data:/data a folder on the operator's machine.",
	Fix:   "Define the volume under the top-level volumes, or correct the name.",
	Bad:   app("    volumes:\n      - data:/data\n"),
	Good:  app("    volumes:\n      - data:/data\nvolumes:\n  data:\n"),
	Check: diagnosed("R130", lessAlone),
}
