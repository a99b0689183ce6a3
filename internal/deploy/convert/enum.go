package convert

import (
	"slices"
	"strings"
)

// oneOf checks a word that the engine knows a closed list of; "" is its
// default.
func (s service) oneOf(at path, word string, known ...string) {
	if word != "" && !slices.Contains(known, word) {
		s.failAt(at, "%s %q: expected %s", at[len(at)-1], word, strings.Join(known, ", "))
	}
}
