package lint

import "coopcloud.tech/catalogue/internal/stack"

var secretEnvironment = Rule{
	Code: "R126", Name: "secret-environment",
	Severity: Error, Confidence: High, Docker: Refuses,
	What: "A secret's value comes from a variable.",
	Why: "environment: of a secret is compose-spec's; Docker's loader stops at it. A secret in the env would stand in clear text in the " +
		"operator's files, where swarm's own store shows it to nobody.",
	Fix:   "Make the secret external; operators generate or insert it.",
	Bad:   app("    secrets: [token]\nsecrets:\n  token:\n    environment: TOKEN\n"),
	Good:  app("    secrets: [token]\nsecrets:\n  token:\n    external: true\n    name: ${STACK_NAME}_token_${SECRET_TOKEN_VERSION}\n").and(File{".env.sample", "SECRET_TOKEN_VERSION=v1\n"}),
	Check: diagnosed("R126", makeExternal),
}

// makeExternal replaces the whole entry, environment: TOKEN.
func makeExternal(in *Input, _ *Variant, d stack.Diagnostic, f *Finding) {
	e, entry, ok := in.at(d.Span, false)
	if !ok {
		return
	}
	end := e.end(entry)
	if external, _ := child(entry.parent, "external"); external != nil || anchored(entry.value()) || end < 0 {
		return
	}
	f.Repairs = []Repair{{Title: "Make the secret external", Edits: []Edit{e.replace(e.start(entry.key()), end, "external: true")}}}
}
