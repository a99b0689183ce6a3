package lsp

import (
	"sort"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"coopcloud.tech/catalogue/internal/recipe"
)

// encoding is how the client counts the characters of a line.
type encoding string

const (
	utf8Units  encoding = "utf-8"
	utf16Units encoding = "utf-16" // what clients count by that say nothing
	utf32Units encoding = "utf-32"
)

func (e encoding) units(r rune, size int) int {
	switch e {
	case utf8Units:
		return size
	case utf32Units:
		return 1
	}
	return max(utf16.RuneLen(r), 1)
}

// maxLine is the longest line, in bytes, in which places are counted out; a longer
// one is no source that a person reads.
const maxLine = 64 << 10

// text is one file with the starts of its lines.
type text struct {
	data   string
	starts []int
}

func newText(data string) *text {
	t := &text{data: data, starts: []int{0}}
	for i := range len(data) {
		if data[i] == '\n' {
			t.starts = append(t.starts, i+1)
		}
	}
	return t
}

// bounds are the byte offsets of a line without its end; of the end of the text
// behind the last line.
func (t *text) bounds(line int) (start, end int) {
	if line < 0 {
		return 0, 0
	}
	if line >= len(t.starts) {
		return len(t.data), len(t.data)
	}
	start, end = t.starts[line], len(t.data)
	if line+1 < len(t.starts) {
		end = t.starts[line+1] - 1
	}
	if end > start && t.data[end-1] == '\r' {
		end--
	}
	return start, end
}

// offset is the byte offset of a position; one behind a line's end is its end.
func (t *text) offset(p position, e encoding) int {
	at, end := t.bounds(p.Line)
	for units := 0; at < end && units < p.Character; {
		r, size := utf8.DecodeRuneInString(t.data[at:end])
		units += e.units(r, size)
		at += size
	}
	return at
}

// position is the place of a byte offset.
func (t *text) position(offset int, e encoding) position {
	offset = max(0, min(offset, len(t.data)))
	line := sort.SearchInts(t.starts, offset+1) - 1
	character := 0
	for at := t.starts[line]; at < offset; {
		r, size := utf8.DecodeRuneInString(t.data[at:])
		character += e.units(r, size)
		at += size
	}
	return position{line, character}
}

// place turns a span, whose columns count runes from 1, into a range. A byte order
// mark has no column.
func (t *text) place(span recipe.Span, e encoding) textRange {
	at := func(line, column int) position {
		start, end := t.bounds(line - 1)
		if end-start > maxLine {
			return position{Line: line - 1}
		}
		if line == 1 && strings.HasPrefix(t.data, "\ufeff") {
			start += len("\ufeff")
		}
		for ; column > 1 && start < end; column-- {
			_, size := utf8.DecodeRuneInString(t.data[start:end])
			start += size
		}
		return t.position(start, e)
	}
	if span.Line < 1 {
		return textRange{}
	}
	r := textRange{Start: at(span.Line, span.Column)}
	r.End = r.Start
	if span.EndLine >= span.Line {
		r.End = at(span.EndLine, span.EndColumn)
	}
	return r
}

// changed is the text after the change.
func (t *text) changed(c change, e encoding) *text {
	if c.Range == nil {
		return newText(c.Text)
	}
	start := t.offset(c.Range.Start, e)
	end := max(start, t.offset(c.Range.End, e))
	return newText(t.data[:start] + c.Text + t.data[end:])
}

// touches says whether the two ranges touch.
func (r textRange) touches(other textRange) bool {
	return !before(r.End, other.Start) && !before(other.End, r.Start)
}

func before(a, b position) bool {
	return a.Line < b.Line || a.Line == b.Line && a.Character < b.Character
}
