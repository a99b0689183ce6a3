package recipe

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// Note is a release note, release/<version>.
type Note struct {
	Version string // file name: a version or "next"
	Path    string
	Text    string
}

// notes reads release/*, but for hidden files: the template ships .git-keep-me.
func (r *reader) notes() {
	entries, err := r.noteEntries()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return
	case err != nil:
		r.fault(fileFault("release", fmt.Errorf("%q: %w", "release", err)))
	case len(entries) > maxNotes:
		r.fault(tooLarge("release", fmt.Sprintf("there are more than %d release notes", maxNotes)))
		entries = entries[:maxNotes]
	}
	for _, entry := range entries {
		if !strings.HasPrefix(entry.Name(), ".") && !entry.IsDir() {
			r.note(entry.Name())
		}
	}
}

// noteEntries lists the folder release.
func (r *reader) noteEntries() ([]fs.DirEntry, error) {
	info, err := fs.Lstat(r.recipe.FS, "release")
	switch {
	case err != nil:
		return nil, err
	case info.Mode().Type() == fs.ModeSymlink:
		return nil, ErrSymlink
	case !info.IsDir():
		return nil, fs.ErrNotExist // a script of that name, perhaps
	}
	return fs.ReadDir(r.recipe.FS, "release")
}

func (r *reader) note(version string) {
	file := "release/" + version
	if data, ok := r.text(file); ok {
		r.recipe.Notes = append(r.recipe.Notes, Note{version, file, string(data)})
	}
}
