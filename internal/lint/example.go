package lint

// app is the example of one service, app, that says more than its image.
func app(more string) Example {
	return Example{{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n" + more}}
}

// and adds files to an example.
func (e Example) and(files ...File) Example { return append(e[:len(e):len(e)], files...) }
