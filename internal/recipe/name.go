package recipe

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxNameSize is the longest recipe name, in bytes.
const maxNameSize = 100

// ValidName reports, as an error that says why, whether name is safe as a
// recipe's name: one path element, only printable characters, not "." or "..",
// at most 100 bytes.
func ValidName(name string) error {
	switch {
	case name == "":
		return errors.New("recipe name is empty")
	case len(name) > maxNameSize:
		return fmt.Errorf("recipe name has %d bytes; at most %d are allowed", len(name), maxNameSize)
	case name == "." || name == "..":
		return fmt.Errorf("recipe name %q is a folder reference; expected a plain name", name)
	case strings.ContainsAny(name, `/\`):
		return fmt.Errorf("recipe name %q holds a path separator; expected one path element", name)
	case !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }):
		return fmt.Errorf("recipe name %q holds characters that cannot be printed", name)
	}
	return nil
}
