package report

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printable escapes what could command a terminal or hide what is said: control
// characters, marks that reverse the reading direction, line separators, and
// bytes that are no UTF-8; and what commands a CI runner.
func Printable(s string) string {
	s = defuse(visible(s), `\[`)
	if strings.HasPrefix(strings.TrimSpace(s), "::") { // GitHub Actions takes a line that starts so as a command
		s = strings.Replace(s, ":", `\u003a`, 1)
	}
	return s
}

// order is how CI runners are commanded from anywhere in a line: ##[error] of GitHub
// Actions, ##vso[task.setvariable …] of Azure Pipelines, ##teamcity[…].
var order = regexp.MustCompile(`##([A-Za-z]*)\[`)

func defuse(s, bracket string) string {
	if !strings.Contains(s, "##") {
		return s
	}
	return order.ReplaceAllString(s, "##${1}"+bracket)
}

func visible(s string) string {
	clean := utf8.ValidString(s) && !strings.ContainsFunc(s, hidden)
	if clean {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		b.WriteString(printableRune(r, s[:size]))
		s = s[size:]
	}
	return b.String()
}

func printableRune(r rune, raw string) string {
	switch {
	case r == utf8.RuneError && len(raw) == 1:
		return fmt.Sprintf(`\x%02x`, raw[0])
	case r == '\n':
		return `\n`
	case r == '\t':
		return `\t`
	case hidden(r):
		return fmt.Sprintf(`\u%04x`, r)
	}
	return raw
}

// hidden characters; all are below U+10000, so that four digits name them.
func hidden(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp) || r == '\ufeff'
}
