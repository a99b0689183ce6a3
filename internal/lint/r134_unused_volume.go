package lint

var unusedVolume = Rule{
	Code: "R134", Name: "unused-volume",
	Severity: Warning, Confidence: High,
	What: "A volume is defined and no service uses it, with any overlay.",
	Why: "Swarm makes a volume when a service mounts it. One that none mounts is left over, or a mount is missing and the app " +
		"writes what should last into its container, where the next upgrade deletes it.",
	Fix:   "Remove it, or give it to the service that needs it.",
	Bad:   app("volumes:\n  data:\n"),
	Good:  app("    volumes:\n      - data:/data\nvolumes:\n  data:\n"),
	Needs: []Need{NeedsCompose},
	Check: unused("volumes"),
}
