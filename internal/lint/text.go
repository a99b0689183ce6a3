package lint

import (
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
)

// maxLine bounds the lines that text looks into: what makes a longer one is no
// maintainer, and columns are found by counting.
const maxLine = 16 << 10

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
