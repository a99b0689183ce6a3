package lint

var unusedConfig = Rule{
	Code: "R136", Name: "unused-config",
	Severity: Warning, Confidence: High,
	What: "A config is defined and no service uses it, with any overlay.",
	Why: "docker stack deploy creates it all the same, and a change of its file fails the next deploy unless its version is raised " +
		"(moby/moby#35048): work and risk for a file that no service reads. It is left over, or a service lacks it.",
	Fix:   "Remove it, or give it to the service that needs it.",
	Bad:   app("configs:\n  site:\n    external: true\n"),
	Good:  app("    configs: [site]\nconfigs:\n  site:\n    external: true\n"),
	Needs: []Need{NeedsCompose},
	Check: unused("configs"),
}
