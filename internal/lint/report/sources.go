package report

import (
	"bytes"
	"io/fs"
	"sort"
	"strings"
	"unicode/utf8"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/recipe"
)

// sources keeps the files that findings stand in.
type sources struct {
	fsys  fs.FS
	files map[string]source
}

// source is one file as it was read, and where its lines start.
type source struct {
	data   []byte
	starts []int
}

var bom = []byte("\ufeff")

func (s *sources) file(name string) source {
	file, known := s.files[name]
	if known || s.fsys == nil || name == "" {
		return file
	}
	if s.files == nil {
		s.files = map[string]source{}
	}
	// One that cannot be read has no lines; the finding still says where.
	if data, err := recipe.ReadFile(s.fsys, name); err == nil {
		file = newSource(data)
	}
	s.files[name] = file
	return file
}

// newSource finds the lines; a byte order mark belongs to none.
func newSource(data []byte) source {
	first := 0
	if bytes.HasPrefix(data, bom) {
		first = len(bom)
	}
	starts := []int{first}
	for i, b := range data {
		if b == '\n' {
			starts = append(starts, i+1)
		}
	}
	return source{data, starts}
}

// line returns line n of the file, from 1, without its end.
func (s *sources) line(name string, n int) (string, bool) { return s.file(name).line(n) }

func (s source) line(n int) (string, bool) {
	if n < 1 || n > len(s.starts) {
		return "", false
	}
	end := len(s.data)
	if n < len(s.starts) {
		end = s.starts[n] - 1
	}
	line := s.data[s.starts[n-1]:end]
	if len(line) > maxLine {
		return "", false
	}
	return strings.TrimSuffix(string(line), "\r"), true
}

// position is a place in a file: columns count runes, bytes count bytes, all from 1.
type position struct{ line, column, bytes int }

// at is the position of an offset; false where it is not in the file, or in a
// line that is too long to count.
func (s source) at(offset int) (position, bool) {
	if offset < 0 || offset > len(s.data) || s.starts == nil {
		return position{}, false
	}
	line := max(1, sort.SearchInts(s.starts, offset+1))
	before := s.data[s.starts[line-1]:max(offset, s.starts[line-1])]
	if len(before) > maxLine {
		return position{}, false
	}
	return position{line, utf8.RuneCount(before) + 1, len(before) + 1}, true
}

// byteColumn is the column in bytes; a column beyond the line is its end.
func byteColumn(line string, column int) int {
	return len(line) - len(skip(line, column-1)) + 1
}

// change is an edit with its places.
type change struct {
	path       string // relative to the repository's root
	start, end position
	text       string
}

// changes places the edits; false where one cannot be placed.
func (r Recipe) changes(s *sources, edits []lint.Edit) ([]change, bool) {
	var placed []change
	for _, edit := range edits {
		file := s.file(edit.File)
		start, known := file.at(edit.Start)
		end, inside := file.at(edit.End)
		if !known || !inside || edit.End < edit.Start {
			return nil, false
		}
		placed = append(placed, change{r.path(edit.File), start, end, edit.Text})
	}
	return placed, len(placed) > 0
}
