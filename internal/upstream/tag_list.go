package upstream

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	maxListed = 1_000_000 // tags of a list
	maxLine   = 64 << 10  // bytes
)

// ReadTags reads a list of tags: one a line, optionally followed by a tab and the RFC 3339
// date of its push, and a tab and its digest. Empty lines count for nothing. An error
// names the list and the line.
func ReadTags(list io.Reader, name string) ([]Tag, error) {
	var tags []Tag
	lines := bufio.NewScanner(list)
	lines.Buffer(nil, maxLine)
	n := 0
	for lines.Scan() {
		n++
		line := strings.TrimSuffix(lines.Text(), "\r")
		if line == "" {
			continue
		}
		tag, err := readTag(line)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, n, err)
		}
		if tags = append(tags, tag); len(tags) > maxListed {
			return nil, fmt.Errorf("%s:%d: more than %d tags", name, n, maxListed)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s:%d: %w", name, n+1, err)
	}
	return tags, nil
}

func readTag(line string) (Tag, error) {
	cells := strings.Split(line, "\t")
	tag := Tag{Name: cells[0]}
	switch {
	case !utf8.ValidString(line):
		return tag, fmt.Errorf("%q is no UTF-8", clip(line))
	case len(cells) > 3 || tag.Name == "" || strings.ContainsAny(tag.Name, " ,"):
		return tag, fmt.Errorf("%q: expected TAG, or TAG, tab, date, tab, digest", clip(line))
	}
	if len(cells) > 1 && cells[1] != "" {
		pushed, err := time.Parse(time.RFC3339, cells[1])
		if err != nil {
			return tag, fmt.Errorf("date %q: expected one as 2026-01-31T12:00:00Z", clip(cells[1]))
		}
		tag.Pushed = pushed
	}
	if len(cells) > 2 {
		tag.Digest = cells[2]
	}
	return tag, nil
}
