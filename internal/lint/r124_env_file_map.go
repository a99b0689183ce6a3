package lint

import (
	"go.yaml.in/yaml/v4"

	"coopcloud.tech/catalogue/internal/stack"
)

var envFileMap = Rule{
	Code: "R124", Name: "env-file-map",
	Severity: Error, Confidence: High, Docker: Refuses,
	What: "An entry of env_file is a mapping.",
	Why: "Compose-spec's long form, with path: and required:, is fatal to Docker's loader, which takes file names only. " +
		"It cannot leave a missing file out either.",
	Fix:   "Name the file alone, or write its values under environment.",
	Bad:   app("    env_file:\n      - path: app.env\n").and(File{"app.env", "DEBUG=1\n"}),
	Good:  app("    env_file:\n      - app.env\n").and(File{"app.env", "DEBUG=1\n"}),
	Check: diagnosed("R124", nameEnvFile),
}

func nameEnvFile(in *Input, _ *Variant, d stack.Diagnostic, f *Finding) {
	e, item, ok := in.at(d.Span, true)
	if !ok {
		return
	}
	_, path := child(item.value(), "path")
	if item.value().Kind != yaml.MappingNode || anchored(item.value()) || path == nil || path.Kind != yaml.ScalarNode {
		return
	}
	name, nameEnd := e.place(e.file.Span(path))
	start, end := e.start(item.value()), e.end(item)
	if item.value().Style&yaml.FlowStyle != 0 {
		_, end = e.place(e.file.Span(item.value()))
	}
	if end > start {
		f.Repairs = []Repair{{Title: "Name the file alone", Edits: []Edit{e.replace(start, end, e.data[name:nameEnd])}}}
	}
}
