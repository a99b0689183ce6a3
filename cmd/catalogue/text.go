package main

import (
	"strings"
	"unicode"
)

// safeText makes text from strangers safe to print: control characters and
// the marks that reverse the reading direction could hide what is said, or
// command the terminal.
func safeText(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return r
		}
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}
