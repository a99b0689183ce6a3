package lint

import (
	"bytes"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
)

// makeable are the repairs of files that are written as repairs expect.
func (in *Input) makeable(repairs []Repair) []Repair {
	return slices.DeleteFunc(slices.Clone(repairs), func(r Repair) bool {
		return slices.ContainsFunc(r.Edits, func(e Edit) bool { return in.sources[e.File] != nil && in.sources[e.File].explicit })
	})
}

// keepLineEnds writes the line ends of repairs as their files write them: rules
// need not know of CRLF.
func (in *Input) keepLineEnds(repairs []Repair) {
	for _, r := range repairs {
		for i := range r.Edits {
			e := &r.Edits[i]
			if strings.Contains(e.Text, "\n") && in.hasCRLF(e.File) {
				e.Text = strings.ReplaceAll(strings.ReplaceAll(e.Text, "\r\n", "\n"), "\n", "\r\n")
			}
		}
	}
}

// hasCRLF says whether every line of the file ends so. A file with both keeps what
// the rule writes.
func (in *Input) hasCRLF(file string) bool {
	crlf, known := in.crlf[file]
	if known {
		return crlf
	}
	data := in.read(file)
	lines := bytes.Count(data, []byte("\n"))
	crlf = lines > 0 && bytes.Count(data, []byte("\r\n")) == lines
	if in.crlf == nil {
		in.crlf = map[string]bool{}
	}
	in.crlf[file] = crlf
	return crlf
}

// read is the file's text; nil where it cannot be read.
func (in *Input) read(file string) []byte {
	if in.Recipe == nil {
		for _, t := range in.alone {
			if t.path == file {
				return t.data
			}
		}
		return nil
	}
	data, err := recipe.ReadFile(in.Recipe.FS, file)
	if err != nil {
		return nil // a new file has no line ends to keep
	}
	return data
}
