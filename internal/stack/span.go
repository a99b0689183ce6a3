package stack

import (
	"strconv"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
)

// spans maps canonical dotted paths to where their values stand. A list entry
// stands under the key it is merged by, and once more under its final index.
type spans map[string]recipe.Span

// at returns the position of path or of its nearest parent.
func (s spans) at(path string) recipe.Span {
	for {
		if span, ok := s[path]; ok {
			return span
		}
		dot := strings.LastIndexByte(path, '.')
		if dot < 0 {
			return recipe.Span{}
		}
		path = path[:dot]
	}
}

// number gives entry i of the list at path, known by its key, a second name.
func (s spans) number(path string, i int, key string) {
	if span, ok := s[path+"."+key]; ok {
		s[path+"."+strconv.Itoa(i)] = span
	}
}

// overlay adds the positions of a later file.
func (s spans) overlay(later spans) {
	for path, span := range later {
		s[path] = span
	}
}
