package publish

import (
	"regexp"
	"strings"
)

// Bounds of what Markdown is rendered. The time it takes grows with the square
// of some things: a line of "> > > …" of 128 KiB takes half a minute. Beyond
// these bounds, which no README made for people comes near, it is shown as
// plain text.
const (
	maxReadme     = 128 << 10 // bytes; the rest is cut
	maxNesting    = 50        // quotes and lists that one line opens
	maxDelimiters = 2000      // marks of emphasis and links in one paragraph
)

// markers are the quotes and lists that a line starts with.
var markers = regexp.MustCompile(`^(?:[ \t]*(?:>|[-+*][ \t]|[0-9]{1,9}[.)][ \t]))+`)

var marker = regexp.MustCompile(`>|[-+*.)][ \t]`)

// tangled reports whether rendering text could take long.
func tangled(text string) bool {
	delimiters := 0
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) == "" {
			delimiters = 0
			continue
		}
		delimiters += strings.Count(line, "*") + strings.Count(line, "_") + strings.Count(line, "[")
		if delimiters > maxDelimiters || len(marker.FindAllString(markers.FindString(line), maxNesting+1)) > maxNesting {
			return true
		}
	}
	return false
}
