package lint

import (
	"strings"

	"go.yaml.in/yaml/v4"

	"coopcloud.tech/catalogue/internal/stack"
)

var healthcheckNoCmd = Rule{
	Code: "R152", Name: "healthcheck-no-cmd",
	Severity: Error, Confidence: High, Docker: Ignores,
	What: "The list of a healthcheck's test does not start with CMD, CMD-SHELL or NONE.",
	Why: "The engine knows no other first word and drops the test: the service has no healthcheck, whatever the file says, " +
		"and an upgrade counts as done as soon as the process runs. Docker's loader and converter pass it.",
	Fix:   "Start the list with CMD; with CMD-SHELL where it is one command line.",
	Bad:   app("    healthcheck:\n      test: [\"curl\", \"-f\", \"http://localhost\"]\n"),
	Good:  app("    healthcheck:\n      test: [\"CMD\", \"curl\", \"-f\", \"http://localhost\"]\n"),
	Check: diagnosed("R152", insertCmd),
}

func insertCmd(in *Input, _ *Variant, d stack.Diagnostic, f *Finding) {
	e, entry, ok := in.at(d.Span, false)
	if !ok {
		return
	}
	test := entry.value()
	if test.Kind != yaml.SequenceNode || len(test.Content) == 0 || test.Content[0].Kind != yaml.ScalarNode || test.Content[0].Anchor != "" {
		return
	}
	word := "CMD"
	if len(test.Content) == 1 && strings.Contains(test.Content[0].Value, " ") {
		word = "CMD-SHELL"
	}
	start := e.start(test.Content[0])
	text := quoted(word) + ", "
	if test.Style&yaml.FlowStyle == 0 {
		text = word + "\n" + e.data[e.lineStart(start):start]
	}
	f.Repairs = []Repair{{Title: "Start the list with " + word, Safe: true, Edits: []Edit{e.replace(start, start, text)}}}
}
