package recipe

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// bom is the UTF-8 byte order mark that some editors put before the first line.
const bom = "\ufeff"

// source converts between byte offsets of a text and lines and columns.
type source struct {
	path  string
	text  string
	marks []mark // sorted; every line's start, and places inside long lines
}

// mark is a known place of a source.
type mark struct{ offset, line, column int }

// markEvery is the longest stretch of a line, in bytes, without a mark: it keeps
// conversions cheap in a file that is one line of a megabyte.
const markEvery = 256

// newSource indexes text as editors count lines: "\n" ends one.
func newSource(path, text string) *source {
	return indexed(path, text, func(text string, i int) int {
		if text[i] == '\n' {
			return 1
		}
		return 0
	})
}

// newYAMLSource indexes text as YAML 1.1 counts lines: a lone CR, NEL, LS and PS
// end one too.
func newYAMLSource(path, text string) *source {
	return indexed(path, text, func(text string, i int) int {
		for _, br := range []string{"\r\n", "\n", "\r", "\u0085", "\u2028", "\u2029"} {
			if strings.HasPrefix(text[i:], br) {
				return len(br)
			}
		}
		return 0
	})
}

// indexed builds a source; lineBreak returns the length of the line break at i,
// or 0. A byte order mark has no column.
func indexed(path, text string, lineBreak func(string, int) int) *source {
	s := &source{path: path, text: text}
	at := mark{line: 1, column: 1}
	if strings.HasPrefix(text, bom) {
		at.offset = len(bom)
	}
	s.marks = append(s.marks, at)
	for at.offset < len(text) {
		if n := lineBreak(text, at.offset); n > 0 {
			at = mark{at.offset + n, at.line + 1, 1}
			s.marks = append(s.marks, at)
			continue
		}
		_, size := utf8.DecodeRuneInString(text[at.offset:])
		at.offset += size
		at.column++
		if at.offset-s.marks[len(s.marks)-1].offset >= markEvery {
			s.marks = append(s.marks, at)
		}
	}
	return s
}

// position returns the line and column of a byte offset.
func (s *source) position(offset int) (line, column int) {
	i := sort.Search(len(s.marks), func(i int) bool { return s.marks[i].offset > offset })
	if i == 0 {
		return 1, 1
	}
	m := s.marks[i-1]
	offset = min(offset, len(s.text))
	return m.line, m.column + utf8.RuneCountInString(s.text[m.offset:offset])
}

// offset returns the byte offset of a line and column, at most the text's end.
func (s *source) offset(line, column int) int {
	i := sort.Search(len(s.marks), func(i int) bool {
		m := s.marks[i]
		return m.line > line || m.line == line && m.column > column
	})
	if i == 0 {
		return s.marks[0].offset
	}
	m := s.marks[i-1]
	at := m.offset
	for n := column - m.column; n > 0 && m.line == line && at < len(s.text); n-- {
		_, size := utf8.DecodeRuneInString(s.text[at:])
		at += size
	}
	return at
}

// span is the Span of text[start:end].
func (s *source) span(start, end int) Span {
	line, column := s.position(start)
	endLine, endColumn := s.position(max(start, end))
	return Span{s.path, line, column, endLine, endColumn}
}

// lineEnd is the offset of the line break after offset, or of the text's end; a
// CR before the break counts to the break.
func lineEnd(text string, offset int) int {
	end := len(text)
	if i := strings.IndexByte(text[offset:], '\n'); i >= 0 {
		end = offset + i
	}
	if end > offset && text[end-1] == '\r' {
		end--
	}
	return end
}
