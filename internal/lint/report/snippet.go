package report

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"coopcloud.tech/catalogue/internal/recipe"
)

const (
	maxSnippet = 100      // terminal columns of source that are shown
	lead       = 40       // of these, at most so many before the span
	maxLine    = 64 << 10 // a longer line is no source that a person reads
	tabStop    = "    "   // a tab, so that source and carets agree
	clipped    = "…"
)

// snippet is a line of source and the carets below its span. Columns count
// runes; carets count terminal cells. Long lines are clipped around the span.
func snippet(line string, span recipe.Span) (source, carets string) {
	end := span.EndColumn
	if span.EndLine > span.Line {
		end = utf8.RuneCountInString(line) + 1
	}
	var text, marks strings.Builder
	column := max(1, span.Column-lead)
	rest := skip(line, column-1)
	if column > 1 {
		text.WriteString(clipped)
		marks.WriteString(" ")
	}
	for cells := 0; rest != ""; column++ {
		if cells >= maxSnippet {
			text.WriteString(clipped)
			break
		}
		r, size := utf8.DecodeRuneInString(rest)
		shown := showRune(r, rest[:size])
		n := cellsOf(shown)
		cells += n
		text.WriteString(shown)
		marks.WriteString(strings.Repeat(mark(column, span.Column, end), n))
		rest = rest[size:]
	}
	carets = strings.TrimRight(marks.String(), " ")
	if !strings.Contains(carets, "^") { // an empty span, or one at the line's end
		carets = strings.Repeat(" ", cellsOf(text.String())) + "^"
	}
	return text.String(), carets
}

func mark(column, start, end int) string {
	if column >= start && column < max(end, start+1) {
		return "^"
	}
	return " "
}

// skip drops the first n runes.
func skip(s string, n int) string {
	for ; n > 0 && s != ""; n-- {
		_, size := utf8.DecodeRuneInString(s)
		s = s[size:]
	}
	return s
}

func showRune(r rune, raw string) string {
	if r == '\t' {
		return tabStop
	}
	return printableRune(r, raw)
}

// cellsOf is how many terminal cells the text takes: wide East Asian characters and
// emoji take two, combining marks and joiners none.
func cellsOf(s string) int {
	n := 0
	for _, r := range s {
		switch kind := width.LookupRune(r).Kind(); {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case kind == width.EastAsianWide, kind == width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}
