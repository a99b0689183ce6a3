package lint

import (
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

// versionRefused says whether Docker refuses the version that the file says, or
// that it says none beside others.
func (in *Input) versionRefused(file string) bool {
	for _, v := range in.Variants {
		for _, d := range v.Stack.Diagnostics {
			if d.Span.File == file && (d.Code == stack.CodeVersion || d.Code == stack.CodeVersionMismatch) {
				return true
			}
		}
	}
	return false
}

// versionSpan is the span, or the file's first line where no version is written:
// there the span is the whole file.
func (in *Input) versionSpan(span recipe.Span) recipe.Span {
	if file := in.compose(span.File); file != nil {
		if _, value := in.sources[span.File].lookup("version"); value == nil {
			return recipe.Span{File: span.File}
		}
	}
	return span
}

// setVersion is the repair that writes the version in the files.
func (in *Input) setVersion(version string, files ...string) []Repair {
	repair := Repair{Title: "Write version: " + quoted(version), Safe: true}
	for _, path := range files {
		e, ok := in.edit(path)
		if !ok || !printable(version) {
			return nil
		}
		_, value := e.lookup("version")
		switch {
		case value != nil && value.Anchor == "":
			start, end := e.place(e.file.Span(value))
			text := quoted(version)
			if strings.HasSuffix(e.data[:start], ":") {
				text = " " + text // there was no value
			}
			repair.Edits = append(repair.Edits, e.replace(start, end, text))
		case value == nil && len(e.file.Root.Content) > 0:
			first := e.start(e.file.Root.Content[0])
			start := e.lineStart(first)
			indent := e.data[start:first]
			if strings.Trim(indent, " ") != "" { // {a: b}, or ? a
				return nil
			}
			repair.Edits = append(repair.Edits, e.replace(start, start, indent+"version: "+quoted(version)+"\n"))
		default:
			return nil
		}
	}
	return []Repair{repair}
}

// versionFiles are the compose files that say a version, the given one among
// them: they are raised together, or they no longer merge.
func (in *Input) versionFiles(file string) []string {
	if in.Recipe == nil {
		return []string{file}
	}
	files := []string{file}
	for _, path := range paths(in.Recipe) {
		if path != file && in.compose(path) != nil {
			files = append(files, path)
		}
	}
	return files
}
