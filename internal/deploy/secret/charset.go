package secret

import (
	"fmt"
	"slices"
	"strings"
)

const (
	lower   = "abcdefghijklmnopqrstuvwxyz"
	upper   = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits  = "0123456789"
	alnum   = lower + upper + digits
	special = "!@#$%^&*_-+="
)

// charset is a named set of characters.
type charset struct{ name, characters string }

// charsets lists what charset= may name; several combine with commas.
var charsets = []charset{
	{"default", alnum},
	{"alphanumeric", alnum},
	{"alnum", alnum},
	{"special", special},
	{"safespecial", strings.ReplaceAll(special, "$", "")}, // $ starts a variable in shells, compose and templates
	{"hex", digits + "abcdef"},
	{"numeric", digits},
	{"lower", lower},
	{"upper", upper},
}

// Charsets returns the names that charset= takes.
func Charsets() []string {
	names := make([]string, 0, len(charsets))
	for _, c := range charsets {
		names = append(names, c.name)
	}
	return names
}

func parseCharset(value string) ([]string, error) {
	var names []string
	for name := range strings.SplitSeq(value, ",") {
		if name = strings.ToLower(strings.TrimSpace(name)); !slices.Contains(Charsets(), name) {
			return nil, fmt.Errorf("charset=%s: %s is none of %s (several combine with commas)",
				clip(value), clip(name), strings.Join(Charsets(), ", "))
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names, nil
}

// characters returns the characters of each named set; no name means default.
func characters(names []string) []string {
	if len(names) == 0 {
		names = []string{"default"}
	}
	var sets []string
	for _, c := range charsets {
		if slices.Contains(names, c.name) {
			sets = append(sets, c.characters)
		}
	}
	return sets
}
