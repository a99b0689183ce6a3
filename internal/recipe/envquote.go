package recipe

import (
	"strings"
	"unicode"
)

// plain returns what the start of s stands for, before expansion, and how many
// bytes that took: one escape sequence, one line break, or the text up to the
// next character that could mean something.
func plain(s string, quote byte) (text string, size int) {
	if s[0] == '\\' && len(s) > 1 {
		return escape(s, quote)
	}
	if quote != 0 && strings.HasPrefix(s, "\r\n") {
		return "\n", 2 // the file's line ending is not the value's
	}
	if i := strings.IndexAny(s[1:], "\\$}\r"); i >= 0 {
		return s[:1+i], 1 + i
	}
	return s, len(s)
}

// escape resolves the backslash that s starts with. An escape that dotenv and the
// shell do not share stays as written.
func escape(s string, quote byte) (text string, size int) {
	c := s[1]
	switch {
	case quote == '"' && c == 'n':
		return "\n", 2
	case quote == '"' && c == 'r':
		return "\r", 2
	case quote == '"' && c == 't':
		return "\t", 2
	case quote == '"' && strings.IndexByte("\"\\`$", c) >= 0,
		quote == '\'' && c == '\'',
		quote == 0 && c == '$':
		return s[1:2], 2
	}
	return s[:1], 1
}

// unescape resolves the escapes of a value's text, without expansion.
func unescape(s string, quote byte) string {
	if !strings.ContainsAny(s, "\\\r") {
		return s
	}
	var out strings.Builder
	for len(s) > 0 {
		text, size := plain(s, quote)
		out.WriteString(text)
		s = s[size:]
	}
	return out.String()
}

var doubleQuoted = strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `\$`, "`", "\\`",
	"\n", `\n`, "\r", `\r`, "\t", `\t`)

// quoteValue writes value so that reading it back gives the same, in the quotes
// that stood there before if they can hold it. A value that would be expanded is
// quoted so that it is not.
func quoteValue(value string, quote byte) string {
	breaks := strings.ContainsAny(value, "'\n\r")
	switch {
	case quote == 0 && isBare(value):
		return value
	case quote != '"' && !breaks && !strings.HasSuffix(value, `\`) && (quote == '\'' || strings.ContainsAny(value, "$\\\"`")):
		return "'" + value + "'"
	default:
		return `"` + doubleQuoted.Replace(value) + `"`
	}
}

// isBare reports whether value needs no quotes in any dotenv or shell.
func isBare(value string) bool {
	return !strings.ContainsFunc(value, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune("'\"\\$#`", r)
	})
}
