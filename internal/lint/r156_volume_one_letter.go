package lint

var volumeOneLetter = Rule{
	Code: "R156", Name: "volume-one-letter",
	Severity: Error, Confidence: High, Docker: Mangles,
	What: "A volume has a name of one letter.",
	Why: "In the short form d:/data Docker takes d: for a Windows drive: the container gets an anonymous volume at another path, " +
		"a new one with each task, and the data of the last one is nowhere.",
	Fix:   "Give the volume a longer name, or write the long form with type, source and target.",
	Bad:   app("    volumes:\n      - d:/data\nvolumes:\n  d:\n"),
	Good:  app("    volumes:\n      - data:/data\nvolumes:\n  data:\n"),
	Check: diagnosed("R156"),
}
