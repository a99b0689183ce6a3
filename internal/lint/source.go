package lint

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// source is the text of a file, with what finds places in it. What it counts it counts
// once: a hostile file has thousands of findings, and maybe one line.
type source struct {
	root     *yaml.Node // of a compose file; nil of another, and of one that cannot be parsed
	data     string
	lines    []string // without the byte order mark, which has no column
	starts   []int    // where each line starts in data
	explicit bool     // a key has a ? before it, maybe on a line of its own: no repair knows that

	columns map[int][]int                 // of the lines asked for, by number from 1: where each column starts, and the end
	keys    map[*yaml.Node]map[string]int // of the mappings asked for: where in the content each key stands first
}

// explicitKey finds one at the start of a line, as YAML breaks lines.
var explicitKey = regexp.MustCompile(`(^|[\x{feff}\r\n\x{85}\x{2028}\x{2029}])[ \t-]*\?([ \t\r\n\x{85}\x{2028}\x{2029}]|$)`)

func newSource(root *yaml.Node, data []byte) *source {
	s := &source{root: root, data: string(data), explicit: explicitKey.Match(data)}
	s.lines = strings.Split(strings.TrimPrefix(s.data, "\ufeff"), "\n")
	s.starts = make([]int, len(s.lines))
	at := len(s.data)
	for i := len(s.lines) - 1; i >= 0; i-- {
		at -= len(s.lines[i])
		s.starts[i] = at
		at-- // the line end before
	}
	s.columns, s.keys = map[int][]int{}, map[*yaml.Node]map[string]int{}
	return s
}

// offset is the byte at the line and column, which counts runes from 1.
func (s *source) offset(line, column int) int {
	switch {
	case line < 1:
		return s.starts[0]
	case line > len(s.lines):
		return len(s.data)
	}
	columns := s.columnsOf(line)
	if column < 1 || column > len(columns) {
		column = len(columns)
	}
	return s.starts[line-1] + columns[column-1]
}

// position is the line and column of the byte.
func (s *source) position(offset int) (line, column int) {
	after, _ := slices.BinarySearch(s.starts, offset+1)
	line = max(after, 1)
	before, _ := slices.BinarySearch(s.columnsOf(line), offset-s.starts[line-1])
	return line, before + 1
}

func (s *source) columnsOf(line int) []int {
	columns, known := s.columns[line]
	if !known {
		text := s.lines[line-1]
		for i := range text {
			columns = append(columns, i)
		}
		columns = append(columns, len(text))
		s.columns[line] = columns
	}
	return columns
}

// lookup walks the mappings of the file, through aliases, to the key and value at the
// path.
func (s *source) lookup(path ...string) (key, value *yaml.Node) {
	value = s.root
	for _, name := range path {
		mapping := resolved(value)
		if mapping == nil || mapping.Kind != yaml.MappingNode {
			return nil, nil
		}
		at, known := s.keysOf(mapping)[name]
		if !known {
			return nil, nil
		}
		key, value = mapping.Content[at], mapping.Content[at+1]
	}
	return key, value
}

func (s *source) keysOf(mapping *yaml.Node) map[string]int {
	keys, known := s.keys[mapping]
	if !known {
		keys = make(map[string]int, len(mapping.Content)/2)
		for i := len(mapping.Content) - 2; i >= 0; i -= 2 {
			keys[mapping.Content[i].Value] = i
		}
		s.keys[mapping] = keys
	}
	return keys
}
