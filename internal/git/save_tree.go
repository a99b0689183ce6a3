package git

import (
	"path"
	"slices"
	"sort"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// retree is the tree with the files below prefix changed; the zero hash where
// nothing is left of it.
func (s *Saver) retree(build builder, tree plumbing.Hash, prefix string, files map[string][]byte) (plumbing.Hash, error) {
	next := &object.Tree{}
	if !tree.IsZero() {
		old, err := s.repo.tree(tree)
		if err != nil {
			return plumbing.ZeroHash, err
		}
		next.Entries = slices.Clone(old.Entries)
	}
	for _, name := range names(files, prefix) {
		entry, err := s.entry(build, next, prefix, name, files)
		if err != nil {
			return plumbing.ZeroHash, err
		}
		next.Entries = slices.DeleteFunc(next.Entries, func(e object.TreeEntry) bool { return e.Name == name })
		if !entry.Hash.IsZero() {
			next.Entries = append(next.Entries, entry)
		}
	}
	if len(next.Entries) == 0 && prefix != "" {
		return plumbing.ZeroHash, nil
	}
	sort.Sort(object.TreeEntrySorter(next.Entries))
	return build.store(next)
}

// entry is what a name right below prefix becomes.
func (s *Saver) entry(build builder, tree *object.Tree, prefix, name string, files map[string][]byte) (object.TreeEntry, error) {
	entry := object.TreeEntry{Name: name, Mode: filemode.Regular}
	for _, e := range tree.Entries {
		if e.Name == name {
			entry = e
		}
	}
	file := path.Join(prefix, name)
	data, leaf := files[file]
	var err error
	switch {
	case !leaf:
		if entry.Mode != filemode.Dir {
			entry.Hash = plumbing.ZeroHash
		}
		entry.Mode = filemode.Dir
		entry.Hash, err = s.retree(build, entry.Hash, file, files)
	case data == nil:
		entry.Hash = plumbing.ZeroHash
	default:
		entry.Hash, err = build.write(plumbing.BlobObject, data)
	}
	return entry, err
}

// names are the first elements of the paths below prefix, each once.
func names(files map[string][]byte, prefix string) []string {
	var found []string
	for file := range files {
		rest := file
		if prefix != "" {
			below, ok := strings.CutPrefix(file, prefix+"/")
			if !ok {
				continue
			}
			rest = below
		}
		if name, _, _ := strings.Cut(rest, "/"); !slices.Contains(found, name) {
			found = append(found, name)
		}
	}
	return found
}
