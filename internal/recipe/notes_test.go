package recipe_test

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"coopcloud.tech/catalogue/internal/recipe"
)

func TestReadNotes(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	link := &fstest.MapFile{Data: []byte("../secret"), Mode: fs.ModeSymlink}
	for name, c := range map[string]struct {
		files fstest.MapFS
		notes int
		code  string // of the only fault
	}{
		"none":         {fstest.MapFS{}, 0, ""},
		"a file":       {fstest.MapFS{"release": file("#!/bin/sh")}, 0, ""},
		"a symlink":    {fstest.MapFS{"release": link}, 0, recipe.CodeSymlink},
		"a note":       {fstest.MapFS{"release/1.0.0+1": file("x"), "release/sub/2": file("y")}, 1, ""},
		"a linked one": {fstest.MapFS{"release/1.0.0+1": link, "release/2.0.0+2": file("x")}, 1, recipe.CodeSymlink},
	} {
		c.files["compose.yml"] = file("services: {}\n")
		r, err := recipe.Read(c.files, "x")
		if err != nil {
			t.Fatal(err)
		}
		code := ""
		for _, fault := range r.Faults {
			code += fault.Code
		}
		if len(r.Notes) != c.notes || code != c.code {
			t.Errorf("%s: %d notes, faults %+v", name, len(r.Notes), r.Faults)
		}
	}
}
