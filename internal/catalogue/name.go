package catalogue

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const maxName = 100 // bytes

// safeName reports whether a recipe's name can be a file's name here and on a
// web server: names become paths on the machines of whoever reads a catalogue.
func safeName(name string) bool {
	return name != "" && len(name) <= maxName && utf8.ValidString(name) &&
		!strings.HasPrefix(name, ".") && !strings.ContainsAny(name, `/\`) &&
		!strings.ContainsFunc(name, unicode.IsControl)
}
