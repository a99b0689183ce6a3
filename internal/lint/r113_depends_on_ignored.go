package lint

import "coopcloud.tech/catalogue/internal/stack"

var dependsOnIgnored = Rule{
	Code: "R113", Name: "depends-on-ignored",
	Severity: Info, Confidence: High, Docker: Ignores,
	What: "depends_on has no effect under docker stack deploy.",
	Why: "Docker drops the list without a word and starts all services at once; who expects an order gets an app that fails until its " +
		"database is up (docker/compose#13819). catalogue app deploy starts services in that order, so the list may stay if the app can also wait.",
	Fix:   "Make the app wait or retry, as an entrypoint or the image itself can; a restart policy helps too.",
	Bad:   app("    depends_on: [db]\n  db:\n    image: postgres:17.2\n"),
	Good:  app("  db:\n    image: postgres:17.2\n"),
	Check: diagnosed("R113", removeDependencies),
}

func removeDependencies(in *Input, _ *Variant, d stack.Diagnostic, f *Finding) {
	f.Repairs = in.removeKey("Remove depends_on", false, d.Span) // our engine goes by it
}
