// Package recipe reads a Co-op Cloud recipe: a folder with a compose file,
// overlays, an env sample, abra.sh, a README and release notes.
//
// It answers what the files say, and where. Every value carries the file, line
// and column it was read from. Nothing is executed, nothing is followed out of
// the folder, and every size is bounded, because recipes are written by
// strangers. What compose files mean to Docker Swarm is the business of
// package stack.
package recipe

import "io/fs"

// Span is a half-open range of text in one file of the recipe. Lines and
// columns count from 1; columns count runes, so that an editor and a terminal
// show the same place. EndLine and EndColumn are exclusive. The zero Span
// means "nowhere in particular"; a Span with only File means the whole file.
type Span struct {
	File      string // slash-separated, relative to the recipe's folder
	Line      int
	Column    int
	EndLine   int
	EndColumn int
}

// Recipe is what the files of one folder say.
type Recipe struct {
	Name string // the folder's or the repository's name
	FS   fs.FS  // the files themselves; read them with ReadFile

	Compose   []*ComposeFile // compose.yml first, then overlays by path
	EnvSample *EnvFile       // nil where .env.sample is missing
	AbraSh    *AbraSh        // nil where abra.sh is missing
	Readme    *Readme        // nil where README.md is missing
	Notes     []Note         // release/<version>, sorted by name
	Faults    []Fault        // what could not be read, of every file, in reading order
}
