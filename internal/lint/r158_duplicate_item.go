package lint

import "coopcloud.tech/catalogue/internal/stack"

var duplicateItem = Rule{
	Code: "R158", Name: "duplicate-item",
	Severity: Error, Confidence: High, Docker: Refuses,
	What: "A list has the same entry twice.",
	Why: "Docker's schema wants the entries of ports, environment, networks, cap_add and others to differ, and stops with " +
		"\"array items must be unique\"; docker compose takes them.",
	Fix:   "Remove one of them.",
	Bad:   app("    environment:\n      - TZ=UTC\n      - TZ=UTC\n"),
	Good:  app("    environment:\n      - TZ=UTC\n"),
	Check: diagnosed("R158", removeDuplicate),
}

func removeDuplicate(in *Input, _ *Variant, d stack.Diagnostic, f *Finding) {
	f.Repairs = in.removeItem("Remove the second", true, d.Span)
}
