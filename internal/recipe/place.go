package recipe

// Text is the text of one file, indexed so that places in it are found fast.
type Text struct {
	String string
	source *source
}

// NewText indexes a text.
func NewText(text string) *Text { return &Text{text, newSource("", text)} }

// Place is the byte range of a span of the file.
func (t *Text) Place(span Span) (start, end int) {
	start = t.source.offset(span.Line, span.Column)
	return start, max(start, t.source.offset(span.EndLine, span.EndColumn))
}
