package lint

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"

	"coopcloud.tech/catalogue/internal/stack"
)

var dependsOnMap = Rule{
	Code: "R112", Name: "depends-on-map",
	Severity: Error, Confidence: High, Docker: Refuses,
	What: "depends_on is a mapping.",
	Why: "Compose-spec's long form, with condition: service_healthy, is what docker compose users write, and Swarm's loader stops at it: " +
		"\"depends_on must be a list\" (docker/cli#3880, moby/moby#46827). The short list is taken, and then ignored.",
	Fix:   "Write a list of services, and make the app wait for what it needs.",
	Bad:   app("    depends_on:\n      db:\n        condition: service_healthy\n  db:\n    image: postgres:17.2\n"),
	Good:  app("    depends_on:\n      - db\n  db:\n    image: postgres:17.2\n"),
	Check: diagnosed("R112", listDependencies),
}

// listDependencies turns the mapping into a list of its keys. Docker drops both.
func listDependencies(in *Input, _ *Variant, d stack.Diagnostic, f *Finding) {
	e, entry, ok := in.at(d.Span, false)
	if !ok {
		return
	}
	names := entry.value()
	if names.Kind != yaml.MappingNode || anchored(names) || merges(names) {
		return
	}
	edits, ok := e.keysAsList(names)
	if ok {
		f.Repairs = []Repair{{Title: "Write depends_on as a list", Safe: true, Edits: edits}}
	}
}

// merges says whether a mapping takes keys from an anchor.
func merges(n *yaml.Node) bool {
	key, _ := child(n, "<<")
	return key != nil
}

// keysAsList keeps the keys, their order and their comments; of a flow with
// comments nothing is rewritten.
func (e editor) keysAsList(n *yaml.Node) ([]Edit, bool) {
	if n.Style&yaml.FlowStyle != 0 {
		var keys []string
		for i := 0; i < len(n.Content); i += 2 {
			start, end := e.place(e.file.Span(n.Content[i]))
			keys = append(keys, e.data[start:end])
		}
		start, end := e.place(e.file.Span(n))
		commented := strings.Contains(e.data[start:end], "#")
		return []Edit{e.replace(start, end, "["+strings.Join(keys, ", ")+"]")}, !commented
	}
	var edits []Edit
	for i := 0; i < len(n.Content); i += 2 {
		s := step{n, i}
		start, keyEnd := e.place(e.file.Span(s.key()))
		end := e.end(s)
		colon := strings.IndexByte(e.data[keyEnd:], ':')
		if colon < 0 || end < keyEnd+colon+1 {
			return nil, false
		}
		edits = append(edits, e.replace(start, start, "- "), e.replace(keyEnd, keyEnd+colon+1, ""))
		edits = append(edits, e.dropValue(keyEnd+colon+1, end)...)
	}
	return edits, true
}

// commentOf finds a line's indent and its comment.
var commentOf = regexp.MustCompile(`\n([ \t]*)(?:[^\n]*?[ \t])?(#[^\n]*)`)

// dropValue takes out a value; the comments behind its key and inside it stay.
func (e editor) dropValue(start, end int) []Edit {
	switch line := e.lineEnd(start); {
	case start == end:
		return nil
	case end <= line:
		return []Edit{e.replace(start, end, "")}
	default:
		last := e.lineEnd(end)
		kept := ""
		for _, m := range commentOf.FindAllStringSubmatch(e.data[line:last], -1) {
			kept += "\n" + m[1] + m[2]
		}
		return []Edit{e.replace(line, last, kept)}
	}
}
