package recipe

import (
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// Span returns where n stands in the file: a scalar with its quotes but without
// anchor and tag, a collection to the end of its last entry. n must come from
// f.Root. The parser gives only where nodes start; the end is read from the text.
func (f *ComposeFile) Span(n *yaml.Node) Span {
	if n == nil || n.Line == 0 || f.text == nil {
		return Span{File: f.Path}
	}
	return f.text.span(f.bounds(n))
}

// bounds is the byte range of n.
func (f *ComposeFile) bounds(n *yaml.Node) (start, end int) {
	start = f.yaml.offset(n.Line, n.Column)
	text := f.text.text
	switch {
	case n.Kind == yaml.AliasNode:
		return start, min(start+1+len(n.Value), len(text))
	case n.Kind == yaml.ScalarNode:
		start = skipProperties(text, start, n)
		return start, scalarEnd(text, start, n)
	case n.Kind != yaml.DocumentNode && n.Style&yaml.FlowStyle != 0:
		return start, f.flowEnd(start, n)
	case len(n.Content) > 0:
		_, end = f.bounds(n.Content[len(n.Content)-1])
		return start, max(start, end)
	}
	return start, start
}

// skipProperties returns where the node behind an &anchor and a !tag starts.
func skipProperties(text string, at int, n *yaml.Node) int {
	if n.Value == "" && n.Style&^yaml.TaggedStyle == 0 {
		return at // an anchored nothing
	}
	// No plain scalar begins with these; the tag "!" alone leaves no style behind.
	for at < len(text) && (text[at] == '&' && n.Anchor != "" || text[at] == '!') {
		if i := strings.IndexAny(text[at:], " \t\r\n"); i >= 0 {
			at = skipBlank(text, at+i)
		} else {
			at = len(text)
		}
	}
	return at
}

// skipBlank returns where the next token starts: after blanks, line breaks and
// comments.
func skipBlank(text string, at int) int {
	for at < len(text) {
		switch c := text[at]; {
		case c == '#':
			at = lineEnd(text, at)
		case strings.IndexByte(" \t\r\n", c) < 0:
			return at
		default:
			at++
		}
	}
	return at
}

// scalarEnd returns where the scalar that starts at start ends.
func scalarEnd(text string, start int, n *yaml.Node) int {
	switch {
	case n.Style&yaml.DoubleQuotedStyle != 0:
		return quotedEnd(text, start, '\\')
	case n.Style&yaml.SingleQuotedStyle != 0:
		return quotedEnd(text, start, '\'')
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return blockEnd(text, start, n.Value)
	}
	return plainEnd(text, start, n.Value)
}

// quotedEnd returns the end of the quoted scalar at start. The escape takes the
// byte after it along: a backslash in double quotes, a doubled quote in single.
func quotedEnd(text string, start int, escape byte) int {
	if start >= len(text) {
		return start
	}
	quote := text[start]
	for i := start + 1; i < len(text); i++ {
		switch {
		case text[i] == quote && escape == quote && i+1 < len(text) && text[i+1] == quote:
			i++
		case text[i] == quote:
			return i + 1
		case text[i] == escape:
			i++
		}
	}
	return len(text)
}

// plainEnd follows value through the text; a line break and the blanks around it
// are one space, or the line breaks, of the value.
func plainEnd(text string, start int, value string) int {
	at, end := start, start
	for _, want := range value {
		if isYAMLBlank(want) {
			continue
		}
		for at < len(text) {
			r, size := utf8.DecodeRuneInString(text[at:])
			at += size
			if !isYAMLBlank(r) {
				end = at
				break
			}
		}
	}
	return end
}

func isYAMLBlank(r rune) bool {
	return strings.ContainsRune(" \t\r\n\u0085\u2028\u2029", r)
}

// blockEnd returns the end of the block scalar whose header (| or >) is at start:
// the last line that is indented as its first one.
func blockEnd(text string, start int, value string) int {
	end := lineEnd(text, start)
	header := text[start:end]
	if strings.TrimRight(value, "\n") == "" {
		return start + len(strings.TrimRight(strings.TrimRight(header, blanks), blanks))
	}
	indent := -1
	if explicit := strings.IndexAny(header, "123456789"); explicit >= 0 && explicit <= 2 {
		indent = headerIndent(text, start) + int(header[explicit]-'0')
	}
	for at := nextLine(text, end); at < len(text); at = nextLine(text, at) {
		last := lineEnd(text, at)
		line := text[at:last]
		spaces := len(line) - len(strings.TrimLeft(line, " "))
		if spaces == len(line) {
			continue // blank lines count only if more follows
		}
		if indent < 0 {
			indent = spaces
		}
		if spaces < indent {
			break
		}
		end = last
	}
	return end
}

// headerIndent is the indentation of the line that at stands in, dashes of a
// sequence counted along.
func headerIndent(text string, at int) int {
	line := text[strings.LastIndexByte(text[:at], '\n')+1 : at]
	return len(line) - len(strings.TrimLeft(line, "- "))
}

// flowEnd returns the end of the flow collection at start: its closing bracket, which
// a mapping of one pair in a list, [a: b], does without.
func (f *ComposeFile) flowEnd(start int, n *yaml.Node) int {
	text := f.text.text
	at := start
	if len(n.Content) > 0 {
		_, at = f.bounds(n.Content[len(n.Content)-1])
		if open := skipProperties(text, start, n); n.Kind == yaml.MappingNode && (open >= len(text) || text[open] != '{') {
			return at
		}
	}
	for at < len(text) && text[at] != ']' && text[at] != '}' {
		if at = skipBlank(text, at+1); at >= len(text) {
			return len(text)
		}
	}
	return min(at+1, len(text))
}
