package oracle

import (
	"fmt"
	"regexp"
)

// Refusal is something that Docker converts and we do not. Most of what only
// the engine refuses does not show here: cases are converted as previews.
type Refusal struct {
	Item  int
	Why   string
	match *regexp.Regexp
}

// Refusals lists every wanted refusal, by its message.
var Refusals = []Refusal{
	{45, "the engine knows no such word", regexp.MustCompile(`condition: "[^"]*" is none of`)},
	{36, "files outside the recipe are not read", regexp.MustCompile(`must be a file of the recipe`)},
}

// ExplainRefusal returns the refusal that a message falls under, or nil.
func ExplainRefusal(message string) *Refusal {
	for i := range Refusals {
		if Refusals[i].match.MatchString(message) {
			return &Refusals[i]
		}
	}
	return nil
}

func (r Refusal) String() string { return fmt.Sprintf("item %d: %s", r.Item, r.Why) }
