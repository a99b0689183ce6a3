package lint

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"coopcloud.tech/catalogue/internal/recipe"
)

// step is one level of a way through a YAML tree: the child of the collection
// that starts at Content[i].
type step struct {
	parent *yaml.Node
	i      int
}

type way []step

func (s step) key() *yaml.Node   { return s.parent.Content[s.i] }
func (s step) value() *yaml.Node { return s.parent.Content[s.i+stride(s.parent)-1] }

// removeKey is the repair that takes out the entry whose key stands at the span,
// with all that is below it. Comments above stay.
func (in *Input) removeKey(title string, safe bool, span recipe.Span) []Repair {
	return in.removal(title, safe, span, false)
}

// removeItem takes out the list item that starts at the span.
func (in *Input) removeItem(title string, safe bool, span recipe.Span) []Repair {
	return in.removal(title, safe, span, true)
}

func (in *Input) removal(title string, safe bool, span recipe.Span, item bool) []Repair {
	e, ok := in.edit(span.File)
	if !ok {
		return nil
	}
	start, end, ok := e.extent(e.find(span, item).emptied())
	if !ok {
		return nil
	}
	return []Repair{{Title: title, Safe: safe, Edits: []Edit{e.replace(start, end, "")}}}
}

// emptied is the way to the outermost collection that would be left with nothing.
// What has a name of its own stays: a network is there without settings too.
func (w way) emptied() way {
	for len(w) > 1 && w.alone() && !w[:len(w)-1].named() {
		w = w[:len(w)-1]
	}
	return w
}

// alone says whether the last step is the only child of its collection.
func (w way) alone() bool {
	parent := w[len(w)-1].parent
	return len(parent.Content) == stride(parent)
}

// named says whether the way leads to a definition, or to a service's use of one.
func (w way) named() bool {
	return len(w) == 2 || len(w) == 4 && w[0].key().Value == "services" && w[2].key().Value == "networks"
}

// mayBeEmpty says whether Docker takes nothing as the value at the way.
func (w way) mayBeEmpty() bool {
	return w.named() && (len(w) == 4 || w[0].key().Value == "networks" || w[0].key().Value == "volumes")
}

// extent is the bytes that an entry or item takes; false where it cannot be
// taken out: a whole service, an anchor that others may use, an unusual layout.
func (e editor) extent(w way) (start, end int, ok bool) {
	if len(w) == 0 || w[0].key().Value == "services" && len(w) <= 2 {
		return 0, 0, false
	}
	last := w[len(w)-1]
	switch {
	case anchored(last.key()) || anchored(last.value()) || w.alone() && !w[:len(w)-1].mayBeEmpty():
		return 0, 0, false
	case last.parent.Style&yaml.FlowStyle != 0:
		return e.flowExtent(last)
	}
	return e.blockExtent(last)
}

func anchored(n *yaml.Node) bool {
	return n.Anchor != "" || slices.ContainsFunc(n.Content, anchored)
}

// flowExtent takes the comma along, the one behind or else the one before.
func (e editor) flowExtent(s step) (start, end int, ok bool) {
	nodes := s.parent.Content
	start, end = e.start(s.key()), e.end(s)
	if next := s.i + stride(s.parent); next < len(nodes) {
		end = e.start(nodes[next])
	} else if s.i > 0 {
		start = e.end(step{s.parent, s.i - stride(s.parent)})
	}
	return start, end, start >= 0 && start < end && !strings.Contains(e.data[start:end], "#")
}

// blockExtent takes whole lines; of a list item's first key, up to the second.
func (e editor) blockExtent(s step) (start, end int, ok bool) {
	start, end = e.start(s.key()), e.end(s)
	if end < start {
		return 0, 0, false
	}
	behind := strings.TrimSpace(e.data[end:e.lineEnd(end)])
	if behind != "" && behind[0] != '#' {
		return 0, 0, false
	}
	line := e.lineStart(start)
	indent, next := e.data[line:start], s.i+stride(s.parent)
	switch {
	case strings.Trim(indent, " ") == "", s.parent.Kind == yaml.SequenceNode && strings.Trim(indent, " ") == "-":
		return line, e.innerComments(e.nextLine(end), depth(indent)), true
	case strings.Trim(indent, " -") == "" && next < len(s.parent.Content):
		return start, e.start(s.parent.Content[next]), true
	}
	return 0, 0, false
}

// depth is how far a line is indented, up to its key or its dash.
func depth(indent string) int {
	if dash := strings.IndexByte(indent, '-'); dash >= 0 {
		return dash
	}
	return len(indent)
}

// innerComments moves at over the comments that are indented deeper than what
// is taken out: they stand inside of it.
func (e editor) innerComments(at, indent int) int {
	for at < len(e.data) {
		line := strings.TrimRight(e.data[at:e.lineEnd(at)], " \t\r")
		text := strings.TrimLeft(line, " ")
		if text == "" || text[0] != '#' || len(line)-len(text) <= indent {
			break
		}
		at = e.nextLine(at)
	}
	return at
}

func (e editor) start(n *yaml.Node) int {
	start, _ := e.place(e.file.Span(n))
	return start
}

// end is where the text of an entry or item ends; -1 where that is not known.
func (e editor) end(s step) int {
	n := s.value()
	switch {
	case n.Kind == yaml.ScalarNode && n.Value == "" && n.Style&^yaml.TaggedStyle == 0: // nothing is written, or a tag alone
		if s.parent.Kind != yaml.MappingNode || n.Style != 0 || n.Tag != "!!null" {
			return -1
		}
		_, end := e.place(e.file.Span(s.key()))
		if colon := strings.IndexByte(e.data[end:], ':'); colon >= 0 {
			return end + colon + 1
		}
		return -1
	case n.Kind != yaml.ScalarNode && n.Style&yaml.FlowStyle == 0 && len(n.Content) > 0:
		return e.end(step{n, len(n.Content) - stride(n)})
	}
	_, end := e.place(e.file.Span(n))
	return end
}

func (e editor) lineStart(at int) int {
	start := strings.LastIndexByte(e.data[:at], '\n') + 1
	if start == 0 && strings.HasPrefix(e.data, "\ufeff") {
		return len("\ufeff")
	}
	return start
}

func (e editor) lineEnd(at int) int {
	if i := strings.IndexByte(e.data[at:], '\n'); i >= 0 {
		return at + i
	}
	return len(e.data)
}

func (e editor) nextLine(at int) int { return min(e.lineEnd(at)+1, len(e.data)) }
