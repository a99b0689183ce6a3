package lint

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"coopcloud.tech/catalogue/internal/stack"
)

var volumeOneLetter = Rule{
	Code: "R156", Name: "volume-one-letter",
	Severity: Error, Confidence: High, Docker: Mangles,
	What: "A volume has a name of one letter.",
	Why: "In the short form d:/data Docker takes d: for a Windows drive: the container gets an anonymous volume at another path, " +
		"a new one with each task, and the data of the last one is nowhere.",
	Fix:   "Give the volume a longer name, or write the long form with type, source and target.",
	Bad:   app("    volumes:\n      - d:/data\nvolumes:\n  d:\n"),
	Good:  app("    volumes:\n      - data:/data\nvolumes:\n  data:\n"),
	Check: diagnosed("R156", writeLongForm),
}

var oneLetterVolume = regexp.MustCompile(`^([A-Za-z]):(/[A-Za-z0-9._/@-]*)(:rw|:ro)?$`)

// writeLongForm lets the volume of that name be mounted, where there is one.
func writeLongForm(in *Input, v *Variant, d stack.Diagnostic, f *Finding) {
	e, item, ok := in.at(d.Span, true)
	if !ok || item.value().Kind != yaml.ScalarNode || anchored(item.value()) {
		return
	}
	m := oneLetterVolume.FindStringSubmatch(item.value().Value)
	if m == nil || !slices.ContainsFunc(v.Stack.Volumes, func(volume *stack.Volume) bool { return volume.Key == m[1] }) {
		return
	}
	settings := []string{"type: volume", "source: " + quoted(m[1]), "target: " + m[2]} // y and n would be booleans to some
	if m[3] == ":ro" {
		settings = append(settings, "read_only: true")
	}
	text := "{" + strings.Join(settings, ", ") + "}"
	if indent, plain := e.indent(item.parent); plain && item.parent.Style&yaml.FlowStyle == 0 {
		text = strings.Join(settings, "\n"+indent+"  ")
	}
	start, end := e.place(e.file.Span(item.value()))
	f.Repairs = []Repair{{Title: "Write the long form", Safe: true, Edits: []Edit{e.replace(start, end, text)}}}
}
