package lint

import (
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/stack"
)

var dockerRefuses = Rule{
	Code: "R102", Name: "docker-refuses",
	Severity: Error, Confidence: High, Docker: Refuses,
	What: "docker stack deploy refuses to load the stack.",
	Why: "Docker stops at the first fault, without file or line; the linter reports all of them, each where it stands. Most have a rule " +
		"of their own; this one keeps the rest, such as a required key that is missing or keys that exclude each other.",
	Fix:   "Change the key or the value as the message says.",
	Bad:   Example{{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n    ulimits:\n      nofile:\n        soft: 1024\n"}},
	Good:  Example{{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n    ulimits:\n      nofile:\n        soft: 1024\n        hard: 4096\n"}},
	Check: diagnosed("R102", askedFor),
}

// askedFor shows a compose file that is not there where .env.sample asks for it.
func askedFor(in *Input, _ *Variant, d stack.Diagnostic, f *Finding) {
	if d.Code != stack.CodeUnreadable || d.Span.Line > 0 || in.Recipe == nil || in.Recipe.EnvSample == nil {
		return
	}
	sample := in.Recipe.EnvSample
	e, ok := in.editFile(sample.Path)
	if !ok {
		return
	}
	for _, v := range slices.Concat(sample.Vars(), sample.Commented()) {
		start, end := e.place(v.ValueSpan)
		at := strings.Index(e.data[start:end], d.Span.File)
		if v.Key == "COMPOSE_FILE" && at >= 0 {
			f.Span = e.spanOf(start+at, start+at+len(d.Span.File))
			f.Fix = "Add the file, or take it out of COMPOSE_FILE."
			f.Evidence = d.Code + " " + d.Span.File
			return
		}
	}
}
