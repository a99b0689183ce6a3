package lint

import "coopcloud.tech/catalogue/internal/recipe"

// variableAt is one $NAME or ${NAME} of a compose file and where it stands.
type variableAt struct {
	variable
	braced bool
	start  int // byte of the dollar sign
}

// variablesAt lists the variables of the value at the span.
func (in *Input) variablesAt(span recipe.Span) []variableAt {
	e, ok := in.edit(span.File)
	if !ok || span.Line == 0 {
		return nil
	}
	start, end := e.place(span)
	var found []variableAt
	for _, m := range dollar.FindAllStringSubmatchIndex(e.data[start:max(start, end)], -1) {
		at := variableAt{start: start + m[0], braced: m[4] >= 0}
		switch text := e.data[start:]; {
		case m[2] >= 0:
			at.name = text[m[2]:m[3]]
		case m[4] >= 0:
			at.name, at.hasDefault = text[m[4]:m[5]], m[6] >= 0
		default:
			continue // $$
		}
		found = append(found, at)
	}
	return found
}

// narrow moves a finding to the length bytes at start, inside of a long value.
func (in *Input) narrow(f *Finding, start, length int) {
	if e, ok := in.edit(f.Span.File); ok && start+length <= len(e.data) {
		f.Span = e.spanOf(start, start+length)
	}
}
