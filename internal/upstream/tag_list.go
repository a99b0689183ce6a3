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
	maxListed = 1_000_000 // lines of a list
	maxList   = 64 << 20  // bytes
	maxLine   = 64 << 10  // bytes
)

// ReadTags reads a list of tags: one a line, optionally followed by a tab and the RFC 3339
// date of its push, and a tab and its digest. Empty lines count for nothing. An error
// names the list and the line.
func ReadTags(list io.Reader, name string) ([]Tag, error) {
	var tags []Tag
	lines := bufio.NewScanner(io.LimitReader(list, maxList))
	lines.Buffer(nil, maxLine)
	n, size := 0, 0
	for lines.Scan() {
		n, size = n+1, size+len(lines.Bytes())+1
		if n > maxListed || size >= maxList {
			return nil, fmt.Errorf("%s:%d: expected at most %d lines and %d MiB", name, n, maxListed, maxList>>20)
		}
		line := strings.TrimSuffix(lines.Text(), "\r")
		if n == 1 {
			line = strings.TrimPrefix(line, "\ufeff")
		}
		if line == "" {
			continue
		}
		tag, err := readTag(line)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, n, err)
		}
		tags = append(tags, tag)
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
	case len(cells) > 3 || !isTag(tag.Name):
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
