package recipe

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// composePaths lists the compose files, compose.yml first, then by path.
func (r *reader) composePaths() []string {
	var paths []string
	entries := 0
	err := fs.WalkDir(r.recipe.FS, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			r.fault(fileFault(name, fmt.Errorf("%q: %w", name, err)))
			return nil
		}
		if entries++; entries > maxEntries {
			return errTooMany
		}
		if entry.IsDir() {
			return r.enter(name, entry)
		}
		if isComposeName(entry.Name()) {
			paths = append(paths, name)
		}
		return nil
	})
	if err != nil {
		r.fault(tooLarge(".", fmt.Sprintf("the recipe has more than %d files and folders; some compose files may be missing", maxEntries)))
	}
	slices.SortFunc(paths, func(a, b string) int {
		if a == "compose.yml" || b == "compose.yml" {
			return compareFirst(a == "compose.yml", b == "compose.yml")
		}
		return strings.Compare(a, b)
	})
	return paths
}

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

func compareFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}
