package lint

import (
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
)

// editFile returns an editor of a file of the recipe that is no compose file. It
// knows places, but no YAML.
func (in *Input) editFile(path string) (editor, bool) {
	if in.others[path] == nil {
		data, err := recipe.ReadFile(in.Recipe.FS, path)
		if err != nil {
			return editor{}, false
		}
		if in.others == nil {
			in.others = map[string]*source{}
		}
		in.others[path] = newSource(nil, data)
	}
	return editor{&recipe.ComposeFile{Path: path}, in.others[path]}, true
}

// rewriteFile is the repair that puts text where the span is, in a file that is
// no compose file.
func (in *Input) rewriteFile(title string, safe bool, span recipe.Span, text string) []Repair {
	e, ok := in.editFile(span.File)
	if !ok || span.Line == 0 {
		return nil
	}
	start, end := e.place(span)
	return []Repair{{Title: title, Safe: safe, Edits: []Edit{e.replace(start, end, text)}}}
}

// appendLine adds a line at the end of the file.
func (in *Input) appendLine(path, line string) (Edit, bool) {
	e, ok := in.editFile(path)
	if !ok {
		return Edit{}, false
	}
	eol := "\n"
	if strings.Contains(e.data, "\r\n") {
		eol = "\r\n"
	}
	if e.data != "" && !strings.HasSuffix(e.data, "\n") {
		line = eol + line
	}
	return e.replace(len(e.data), len(e.data), line+eol), true
}
