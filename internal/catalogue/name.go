package catalogue

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

const maxName = 100 // bytes

// CheckName reports, as an error that says why, whether a recipe's name can be
// published: names become paths on a web server and on the machines of whoever
// reads the catalogue, and arguments of commands. Files that start with a dot
// are not served; what starts with a dash is taken for a flag.
func CheckName(name string) error {
	switch {
	case name == "":
		return errors.New("recipe name is empty")
	case len(name) > maxName:
		return fmt.Errorf("recipe name has %d bytes; at most %d are allowed", len(name), maxName)
	case strings.ContainsAny(name, `/\`):
		return fmt.Errorf("recipe name %q holds a path separator; expected one path element", name)
	case strings.HasPrefix(name, "."):
		return fmt.Errorf("recipe name %q starts with a dot", name)
	case strings.HasPrefix(name, "-"):
		return fmt.Errorf("recipe name %q starts with a dash", name)
	case strings.TrimSpace(name) != name:
		return fmt.Errorf("recipe name %q starts or ends with a blank", name)
	case !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }):
		return fmt.Errorf("recipe name %q holds characters that cannot be printed", name)
	}
	return nil
}
