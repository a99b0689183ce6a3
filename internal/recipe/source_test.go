package recipe_test

import (
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
)

// cut returns the text that a span covers, by counting lines and runes as an
// editor would.
func cut(text string, s recipe.Span) string {
	return text[offset(text, s.Line, s.Column):offset(text, s.EndLine, s.EndColumn)]
}

func offset(text string, line, column int) int {
	at := 0
	if strings.HasPrefix(text, "\ufeff") {
		at = len("\ufeff")
	}
	for ; line > 1; line-- {
		at += strings.IndexByte(text[at:], '\n') + 1
	}
	for i := range text[at:] {
		if column--; column == 0 {
			return at + i
		}
	}
	return len(text)
}
