package report

import (
	"io/fs"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
)

// sources keeps the lines of the files that findings stand in.
type sources struct {
	fsys  fs.FS
	files map[string][]string
}

// line returns line n of the file, from 1, without its end.
func (s *sources) line(file string, n int) (string, bool) {
	if s.fsys == nil || file == "" || n < 1 {
		return "", false
	}
	lines, known := s.files[file]
	if !known {
		if s.files == nil {
			s.files = map[string][]string{}
		}
		lines = readLines(s.fsys, file)
		s.files[file] = lines
	}
	if n > len(lines) || len(lines[n-1]) > maxLine {
		return "", false
	}
	return strings.TrimSuffix(lines[n-1], "\r"), true
}

func readLines(fsys fs.FS, file string) []string {
	data, err := recipe.ReadFile(fsys, file)
	if err != nil {
		return nil // the finding still says where
	}
	return strings.Split(strings.TrimPrefix(string(data), "\ufeff"), "\n")
}
