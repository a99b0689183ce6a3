package main

import (
	"fmt"
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

// counted says how many there are of a thing whose plural ends in s.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
