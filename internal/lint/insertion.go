package lint

import (
	"strings"

	"go.yaml.in/yaml/v4"

	"coopcloud.tech/catalogue/internal/recipe"
)

// insertEntry is the repair that adds lines at the end of the block mapping
// whose key stands at the span. The lines after the first are indented deeper
// by their own leading blanks.
func (in *Input) insertEntry(title string, safe bool, key recipe.Span, lines ...string) []Repair {
	e, ok := in.edit(key.File)
	if !ok || key.Line == 0 {
		return nil
	}
	edit, ok := e.appendTo(e.find(key, false), lines)
	if !ok {
		return nil
	}
	return []Repair{{Title: title, Safe: safe, Edits: []Edit{edit}}}
}

// appendTo writes lines behind the last entry of the collection that w leads to.
func (e editor) appendTo(w way, lines []string) (Edit, bool) {
	if len(w) == 0 {
		return Edit{}, false
	}
	parent := w[len(w)-1].value()
	if key, _, _ := strings.Cut(lines[0], ":"); inherits(parent, key) {
		return Edit{}, false
	}
	if parent.Kind == yaml.AliasNode || parent.Style&yaml.FlowStyle != 0 || len(parent.Content) == 0 {
		return Edit{}, false
	}
	indent, ok := e.indent(parent)
	end := e.end(step{parent, len(parent.Content) - stride(parent)})
	if !ok || end < 0 {
		return Edit{}, false
	}
	at, eol := e.lineEnd(e.lastInside(end, w[len(w)-1])), "\n"
	if at > 0 && e.data[at-1] == '\r' {
		at, eol = at-1, "\r\n"
	}
	return e.replace(at, at, eol+indent+strings.Join(lines, eol+indent)), true
}

// lastInside moves at, in the last line of the collection that s leads to, to the
// last of the comments that stand behind it and inside of it: those that are
// indented deeper than its key.
func (e editor) lastInside(at int, s step) int {
	key := e.start(s.key())
	outside := key - e.lineStart(key)
	for next := e.nextLine(e.lineEnd(at)); next < len(e.data); next = e.nextLine(next) {
		line := strings.TrimRight(e.data[next:e.lineEnd(next)], " \t\r")
		text := strings.TrimLeft(line, " ")
		switch {
		case text == "": // a comment may follow
		case text[0] != '#' || len(line)-len(text) <= outside:
			return at
		default:
			at = next
		}
	}
	return at
}

// indent is what stands before each entry of a block collection, without dashes.
func (e editor) indent(collection *yaml.Node) (string, bool) {
	start := e.start(collection.Content[0])
	before := e.data[e.lineStart(start):start]
	if strings.Trim(before, " -") != "" {
		return "", false
	}
	if collection.Kind == yaml.SequenceNode {
		before = before[:max(strings.LastIndexByte(before, '-'), 0)]
	}
	return strings.ReplaceAll(before, "-", " "), true
}
