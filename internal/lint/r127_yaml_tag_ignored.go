package lint

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"

	"coopcloud.tech/catalogue/internal/stack"
)

var yamlTagIgnored = Rule{
	Code: "R127", Name: "yaml-tag-ignored",
	Severity: Warning, Confidence: High, Docker: Ignores,
	What: "A YAML tag such as !reset or !override means nothing to docker stack deploy.",
	Why: "docker compose clears or replaces what an earlier file says at these tags. Docker's loader passes over them and merges the " +
		"value as if they were not there: the ports that an overlay resets stay published.",
	Fix: "Remove the tag, and move what it should clear from the base file into an overlay.",
	Bad: Example{
		{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n    ports: [\"80:80\"]\n"},
		{"compose.proxy.yml", "services:\n  app:\n    ports: !reset []\n"},
	},
	Good: Example{
		{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n"},
		{"compose.port.yml", "services:\n  app:\n    ports: [\"80:80\"]\n"},
	},
	Check: diagnosed("R127", removeTag),
}

var localTag = regexp.MustCompile(`[ \t]*!\S+[ \t]*$`)

// removeTag takes out the tag before the value, where both stand on one line;
// with a value of nothing the key goes too.
func removeTag(in *Input, _ *Variant, d stack.Diagnostic, f *Finding) {
	e, ok := in.edit(d.Span.File)
	if !ok || d.Span.Line == 0 {
		return
	}
	const title = "Remove the tag, which does nothing"
	start, end := e.place(d.Span)
	if value := e.data[start:max(start, end)]; value == "null" || value == "~" {
		if key := e.keyOn(d.Span.Line); key != nil {
			f.Repairs = in.removeKey("Remove "+key.Value, false, e.file.Span(key))
		}
		return
	}
	if strings.HasPrefix(e.data[start:], "!") { // of a block, the span starts at its tag
		start += strings.IndexAny(e.data[start:]+"\n", " \t\r\n")
	}
	line := e.lineStart(start)
	tag := localTag.FindStringIndex(e.data[line:start])
	if tag == nil {
		return
	}
	space := ""
	if strings.HasSuffix(e.data[line:start], " ") {
		space = " "
	}
	f.Repairs = []Repair{{Title: title, Edits: []Edit{e.replace(line+tag[0], start, space)}}}
}

// keyOn is the last key of a mapping that stands on the line.
func (e editor) keyOn(line int) *yaml.Node {
	var found *yaml.Node
	var walk func(n *yaml.Node)
	walk = func(n *yaml.Node) {
		for i, c := range n.Content {
			if n.Kind == yaml.MappingNode && i%2 == 0 && c.Line == line {
				found = c
			}
			walk(c)
		}
	}
	walk(e.file.Root)
	return found
}
