package report

import (
	"bufio"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"coopcloud.tech/catalogue/internal/lint"
)

// Text writes each finding with the line it stands on, and a summary.
func Text(w io.Writer, r Report, o Options) error {
	out := bufio.NewWriter(w)
	for _, recipe := range r {
		text := textWriter{out: out, recipe: recipe, lines: sources{fsys: recipe.FS}, paint: paint(o.Colour)}
		for _, f := range recipe.Result.Findings {
			text.finding(f)
		}
	}
	writeSummary(out, r)
	return out.Flush()
}

type textWriter struct {
	out    *bufio.Writer
	recipe Recipe
	lines  sources
	paint  func(code, s string) string
}

func (t *textWriter) finding(f lint.Finding) {
	span := place(f)
	colour := colours[f.Severity]
	fmt.Fprintf(t.out, "%s:%d:%d: %s %s %s: %s\n", Printable(t.recipe.shownPath(f)), span.Line, span.Column,
		t.paint(colour, string(f.Severity)), f.Rule, f.Name, Printable(f.Message))
	if line, ok := t.lines.line(f.Span.File, f.Span.Line); ok {
		source, carets := snippet(line, span)
		number := strconv.Itoa(span.Line)
		fmt.Fprintf(t.out, "  %s | %s\n", number, defuse(source, `\[`))
		fmt.Fprintf(t.out, "  %s | %s\n", strings.Repeat(" ", len(number)), t.paint(colour, carets))
	}
	for _, other := range f.Related {
		t.related(other)
	}
	if len(f.Variants) > 0 {
		fmt.Fprintf(t.out, "  only with: %s\n", Printable(few(f.Variants)))
	}
	fmt.Fprintf(t.out, "  help: %s\n", Printable(f.Fix))
	if title := fixable(f); title != "" {
		fmt.Fprintf(t.out, "  fixable with --fix: %s\n", Printable(title))
	}
	fmt.Fprintln(t.out)
}

func (t *textWriter) related(other lint.Related) {
	span := whole(other.Span)
	path := filepath.Join(t.recipe.Shown, filepath.FromSlash(span.File))
	fmt.Fprintf(t.out, "  see %s:%d:%d: %s\n", Printable(path), span.Line, span.Column, Printable(other.Message))
}

// fixable is the title of the repair that --fix makes; "" where it makes none.
func fixable(f lint.Finding) string {
	for _, repair := range f.Repairs {
		if repair.Safe {
			return repair.Title
		}
	}
	return ""
}

// few names the first three; bonfire has 19 variants.
func few(names []string) string {
	const most = 3
	if len(names) > most+1 {
		names = append(names[:most:most], fmt.Sprintf("%d more", len(names)-most))
	}
	return strings.Join(names, "; ")
}

var colours = map[lint.Severity]string{lint.Error: "1;31", lint.Warning: "1;33", lint.Info: "1;36"}

func paint(colour bool) func(code, s string) string {
	if !colour {
		return func(_, s string) string { return s }
	}
	return func(code, s string) string { return "\x1b[" + code + "m" + s + "\x1b[0m" }
}
