package report

import (
	"strings"
	"testing"

	"coopcloud.tech/catalogue/internal/recipe"
)

func TestSnippet(t *testing.T) {
	long := strings.Repeat("a", 300)
	tests := []struct {
		name, line   string
		span         recipe.Span
		text, carets string
	}{
		{"plain", "image: nginx", at(8, 13), "image: nginx", "       ^^^^^"},
		{"tab", "\timage: x", at(9, 10), "    image: x", "           ^"},
		{"wide", "名: ❶💚x", at(6, 7), "名: ❶💚x", "       ^"},
		{"wide span", "名: x", at(1, 2), "名: x", "^^"},
		{"combining", "e\u0301: x", at(5, 6), "e\u0301: x", "   ^"},
		{"escape", "a\x1b[31m: x", at(9, 10), `a\u001b[31m: x`, "             ^"},
		{"bidi", "a\u202eb", at(3, 4), `a\u202eb`, "       ^"},
		{"no UTF-8", "a\xffb", at(3, 4), `a\xffb`, "     ^"},
		{"empty span", "image:", at(7, 7), "image:", "      ^"},
		{"beyond the line", "a", at(9, 12), "a", " ^"},
		{"many lines", "key: [a,", recipe.Span{Line: 1, Column: 6, EndLine: 3, EndColumn: 2}, "key: [a,", "     ^^^"},
		{"clipped", long, at(200, 203), "…" + long[:100] + "…", strings.Repeat(" ", 41) + "^^^"},
		{"clipped span", long, at(1, 301), long[:100] + "…", strings.Repeat("^", 100)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text, carets := snippet(test.line, test.span)
			if text != test.text || carets != test.carets {
				t.Errorf("got\n%q\n%q\nwant\n%q\n%q", text, carets, test.text, test.carets)
			}
		})
	}
}

func at(column, end int) recipe.Span {
	return recipe.Span{Line: 1, Column: column, EndLine: 1, EndColumn: end}
}
