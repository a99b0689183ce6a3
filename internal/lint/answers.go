package lint

import (
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
)

// answer is the repair that fills in a metadata field whose value the recipe's
// other files show.
func (in *Input) answer(readme *recipe.Readme, field namedField) []Repair {
	value := in.truth(field.name)
	if value == "" {
		return nil
	}
	title := "Write " + field.name + ": " + value
	switch {
	case !field.Present:
		return in.addField(title, readme.Metadata.Span, "* **"+field.name+"**: "+value)
	case field.Raw == "":
		e, ok := in.editFile(readme.Path)
		if !ok {
			return nil
		}
		start, end := e.place(field.Span)
		return in.rewriteFile(title, true, field.Span, strings.TrimRight(e.data[start:end], " \t\r")+" "+value)
	}
	return in.rewriteFile(title, true, field.Span, value)
}

// truth is what the compose files say of a field; "" where they say nothing.
func (in *Input) truth(field string) string {
	if len(in.Recipe.Faults) > 0 || in.enabled().Stack.Service("app") == nil {
		return ""
	}
	switch {
	case field == "Healthcheck" && in.checksHealth(), field == "Backups" && in.backedUp():
		return "Yes"
	case field == "Healthcheck":
		return "No"
	case field == "Backups" && slices.ContainsFunc(in.enabled().Stack.Services, keepsData):
		return "No"
	case field == "Backups":
		return "N/A"
	}
	return ""
}

// addField puts a line before the end of the metadata block.
func (in *Input) addField(title string, block recipe.Span, line string) []Repair {
	e, ok := in.editFile(block.File)
	if !ok {
		return nil
	}
	at := e.offset(block.EndLine, 1)
	if !strings.HasPrefix(strings.TrimSpace(e.data[at:]), "<!--") {
		return nil // it ends in the middle of a line
	}
	return []Repair{{Title: title, Safe: true, Edits: []Edit{e.replace(at, at, line+"\n")}}}
}
