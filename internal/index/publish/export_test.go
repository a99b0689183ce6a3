package publish

// RenderReadme lets the fuzz target do without the rest of the page.
func RenderReadme(markdown string) string {
	page, _ := newReadme().render(markdown)
	return string(page)
}
