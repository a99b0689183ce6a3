package lint

import "coopcloud.tech/catalogue/internal/stack"

var stackUnknownKey = Rule{
	Code: "R110", Name: "stack-unknown-key",
	Severity: Error, Confidence: High, Docker: Refuses,
	What: "A key that docker stack deploy does not know.",
	Why: "Docker reads compose files by its own schema 3.13, not by compose-spec: of the 93 keys that compose-spec gives a service it knows " +
		"53. profiles, platform, group_add, pids_limit, pull_policy, gpus and 35 more, and name:, include: and models: at the top, are fatal " +
		"(moby/moby#44972). It says so without file or line. Linters for compose-spec ask for some of these keys.",
	Fix:   "Remove the key, or use what Swarm has for it.",
	Bad:   app("    profiles: [web]\n"),
	Good:  app(""),
	Check: diagnosed("R110", removeUnknownKey),
}

func removeUnknownKey(in *Input, _ *Variant, d stack.Diagnostic, f *Finding) {
	// What our engine does without is surely not what is deployed.
	f.Repairs = in.removeKey("Remove "+lastKey(d.Path), d.Engine == stack.Ignore, d.Span)
}
