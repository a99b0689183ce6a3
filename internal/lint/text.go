package lint

import (
	"regexp"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
)

// maxLine bounds the lines that text looks into: what makes a longer one is no
// maintainer, and columns are found by counting.
const maxLine = 16 << 10

// source is the text of a file, with what finds places in it.
type source struct {
	data     string
	lines    []string // without the byte order mark, which has no column
	starts   []int    // where each line starts in data
	explicit bool     // a key has a ? before it, maybe on a line of its own: no repair knows that
}

// explicitKey finds one at the start of a line, as YAML breaks lines.
var explicitKey = regexp.MustCompile(`(^|[\x{feff}\r\n\x{85}\x{2028}\x{2029}])[ \t-]*\?([ \t\r\n\x{85}\x{2028}\x{2029}]|$)`)

func newSource(data []byte) *source {
	s := &source{data: string(data), explicit: explicitKey.Match(data)}
	s.lines = strings.Split(strings.TrimPrefix(s.data, "\ufeff"), "\n")
	s.starts = make([]int, len(s.lines))
	at := len(s.data)
	for i := len(s.lines) - 1; i >= 0; i-- {
		at -= len(s.lines[i])
		s.starts[i] = at
		at-- // the line end before
	}
	return s
}

// offset is the byte at the line and column, which counts runes from 1.
func (s *source) offset(line, column int) int {
	switch {
	case line < 1:
		return s.starts[0]
	case line > len(s.lines):
		return len(s.data)
	}
	text := s.lines[line-1]
	return s.starts[line-1] + len(text) - len(cut(text, column, -1))
}

// text is what stands at the span of a compose file; "" where that is not known.
func (in *Input) text(span recipe.Span) string {
	source := in.sources[span.File]
	if source == nil || span.Line < 1 || span.Line > len(source.lines) || len(source.lines[span.Line-1]) > maxLine {
		return ""
	}
	lines := source.lines
	if span.EndLine <= span.Line {
		return cut(lines[span.Line-1], span.Column, span.EndColumn)
	}
	end := min(span.EndLine, len(lines))
	parts := append([]string{cut(lines[span.Line-1], span.Column, -1)}, lines[span.Line:end-1]...)
	return strings.Join(append(parts, cut(lines[end-1], 1, span.EndColumn)), "\n")
}

// cut returns the columns from start, counted in runes from 1, up to end; to the
// line's end where end is negative.
func cut(line string, start, end int) string {
	column := 1
	from, to := len(line), len(line)
	for i := range line {
		if column == start {
			from = i
		}
		if column == end {
			to = i
			break
		}
		column++
	}
	return line[min(from, to):to]
}
