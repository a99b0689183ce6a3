package recipe

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// composePaths lists the compose files that may be there: compose.yml, then the
// others by path.
func (r *reader) composePaths() []string {
	var paths []string
	entries := 0
	err := fs.WalkDir(r.recipe.FS, ".", func(name string, entry fs.DirEntry, err error) error {
		if entries++; entries > maxEntries {
			return errTooMany
		}
		if err != nil {
			r.fault(fileFault(name, fmt.Errorf("%q: %w", name, err)))
			return nil
		}
		if entry.IsDir() {
			return r.enter(name, entry)
		}
		if isComposeName(entry.Name()) && name != mainFile {
			paths = append(paths, name)
		}
		return nil
	})
	if err != nil {
		r.fault(tooLarge(".", fmt.Sprintf("the recipe has more than %d files and folders; some overlays may be missing", maxEntries)))
	}
	slices.Sort(paths)
	if len(paths) > maxOverlays {
		r.fault(tooLarge(paths[maxOverlays], fmt.Sprintf("the recipe has more than %d overlays; the rest is left out", maxOverlays)))
		paths = paths[:maxOverlays]
	}
	return slices.Insert(paths, 0, mainFile)
}

// mainFile is asked for by name: a folder with too many files must not hide it.
const mainFile = "compose.yml"

var errTooMany = errors.New("too many files")

// enter says whether a folder is searched for compose files.
func (r *reader) enter(name string, entry fs.DirEntry) error {
	if entry.Name() == ".git" {
		return fs.SkipDir
	}
	if strings.Count(name, "/") >= maxDepth {
		r.fault(tooLarge(name, fmt.Sprintf("folders are deeper than %d", maxDepth)))
		return fs.SkipDir
	}
	return nil
}

// isComposeName tells compose*.yml and compose*.yaml, as abra globs, from other
// files.
func isComposeName(name string) bool {
	ext := path.Ext(name)
	return strings.HasPrefix(name, "compose") && (ext == ".yml" || ext == ".yaml")
}
