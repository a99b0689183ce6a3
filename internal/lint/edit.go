package lint

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"coopcloud.tech/catalogue/internal/recipe"
)

// editor makes edits of one compose file.
type editor struct {
	file *recipe.ComposeFile
	*source
}

// edit returns an editor of the file; false where the file cannot be parsed.
func (in *Input) edit(path string) (editor, bool) {
	file := in.compose(path)
	if file == nil {
		return editor{}, false
	}
	return editor{file, in.sources[path]}, true
}

// place is the byte range of a span.
func (e editor) place(span recipe.Span) (start, end int) {
	return e.offset(span.Line, span.Column), e.offset(span.EndLine, span.EndColumn)
}

// replace puts text in the place of data[start:end].
func (e editor) replace(start, end int, text string) Edit {
	return Edit{File: e.file.Path, Start: start, End: end, Text: text}
}

// rewrite is the repair that puts text where the span is.
func (in *Input) rewrite(title string, safe bool, span recipe.Span, text string) []Repair {
	e, ok := in.edit(span.File)
	if !ok || span.Line == 0 {
		return nil
	}
	start, end := e.place(span)
	return []Repair{{Title: title, Safe: safe, Edits: []Edit{e.replace(start, end, text)}}}
}

// quoted writes a text as a YAML string on one line.
func quoted(s string) string {
	if !strings.ContainsAny(s, `"\`) {
		return `"` + s + `"`
	}
	if !strings.Contains(s, "'") {
		return "'" + s + "'"
	}
	return strconv.Quote(s)
}

// notScalar is how a list or a mapping starts.
var notScalar = regexp.MustCompile(`^([\[{]|[-?:]([ \t]|$))`)

// quote is the repair that quotes the plain scalar at the span.
func (in *Input) quote(title string, span recipe.Span) []Repair {
	text := in.text(span)
	if text == "" || strings.ContainsAny(text, "\n\"'&*!|>") || notScalar.MatchString(text) || !printable(text) {
		return nil
	}
	return in.rewrite(title, true, span, quoted(text))
}

func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !strconv.IsPrint(r) })
}

// spanOf is the span of data[start:end], which lies on lines that are shown.
func (e editor) spanOf(start, end int) recipe.Span {
	span := recipe.Span{File: e.file.Path}
	span.Line, span.Column = e.position(start)
	span.EndLine, span.EndColumn = e.position(end)
	return span
}

// at returns an editor of the span's file, and the entry whose key, or else the list
// item, starts there.
func (in *Input) at(span recipe.Span, item bool) (editor, step, bool) {
	e, ok := in.edit(span.File)
	if !ok {
		return e, step{}, false
	}
	w := e.find(span, item)
	if len(w) == 0 {
		return e, step{}, false
	}
	return e, w[len(w)-1], true
}

// find returns the way from the root to the entry whose key, or else the list
// item, that starts where the span does.
func (e editor) find(span recipe.Span, item bool) way {
	return e.search(e.file.Root, span, item, nil)
}

func (e editor) search(n *yaml.Node, span recipe.Span, item bool, before way) way {
	for i := 0; i < len(n.Content); i += stride(n) {
		next := i + stride(n)
		if n.Content[i].Line > span.Line || next < len(n.Content) && n.Content[next].Line < span.Line {
			continue // a file of thousands of services has as many findings
		}
		here := append(before[:len(before):len(before)], step{n, i})
		if item == (n.Kind == yaml.SequenceNode) && e.startsAt(n.Content[i], span) {
			return here
		}
		value := n.Content[i+stride(n)-1]
		if value.Kind != yaml.AliasNode {
			if found := e.search(value, span, item, here); found != nil {
				return found
			}
		}
	}
	return nil
}

func (e editor) startsAt(n *yaml.Node, span recipe.Span) bool {
	if n.Line != span.Line {
		return false
	}
	at := e.file.Span(n)
	return at.Line == span.Line && at.Column == span.Column
}

// stride is how many nodes one child of a collection takes.
func stride(n *yaml.Node) int {
	if n.Kind == yaml.MappingNode {
		return 2
	}
	return 1
}
