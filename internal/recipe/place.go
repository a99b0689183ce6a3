package recipe

// Place is the byte range of a span in the text of its file, whatever the file.
func Place(text string, span Span) (start, end int) {
	source := newSource(span.File, text)
	start = source.offset(span.Line, span.Column)
	return start, max(start, source.offset(span.EndLine, span.EndColumn))
}
