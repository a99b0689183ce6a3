package git

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/format/index"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// maxTracked bounds the files of a work tree that is committed to.
const maxTracked = 100_000

// tracked are the files of a commit, by path.
type tracked map[string]object.TreeEntry

// files lists all files below a tree. The caller holds r.mu.
func (r *Repo) files(tree plumbing.Hash, prefix string, into tracked) error {
	listed, err := r.tree(tree)
	if err != nil {
		return err
	}
	for _, entry := range listed.Entries {
		name := path.Join(prefix, entry.Name)
		switch {
		case len(into) > maxTracked:
			return fmt.Errorf("more than %d files: %w", maxTracked, ErrTooLarge)
		case !honest(entry.Name) || strings.Count(name, "/") > maxRefDepth:
			return fmt.Errorf("%q is no name that git writes", name)
		case entry.Mode == filemode.Dir:
			if err := r.files(entry.Hash, name, into); err != nil {
				return err
			}
		default:
			into[name] = entry
		}
	}
	return nil
}

// dirty lists the tracked files that differ between the commit, the index and the
// work tree, sorted. The caller holds r.mu.
func (r *Repo) dirty(head tracked, staged *index.Index) ([]string, error) {
	found := map[string]bool{}
	inIndex := map[string]bool{}
	for _, e := range staged.Entries {
		inIndex[e.Name] = true
		committed, ok := head[e.Name]
		if !ok || e.Stage != 0 || committed.Hash != e.Hash || committed.Mode != e.Mode {
			found[e.Name] = true
			continue
		}
		same, err := r.unchanged(e, staged)
		if err != nil {
			return nil, err
		}
		if !same {
			found[e.Name] = true
		}
	}
	for name := range head {
		if !inIndex[name] {
			found[name] = true
		}
	}
	return slices.Sorted(maps.Keys(found)), nil
}

// unchanged compares a file of the work tree with the index. Where git filters what
// it checks out (core.autocrlf, .gitattributes) the bytes differ, but size and time
// are those that git noted.
func (r *Repo) unchanged(e *index.Entry, staged *index.Index) (bool, error) {
	if e.SkipWorktree || e.Mode == filemode.Submodule {
		return true, nil
	}
	file := filepath.Join(r.dir, filepath.FromSlash(e.Name))
	info, err := os.Lstat(file)
	if isMissing(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	hash, err := hashFile(file, info)
	if err != nil || hash == e.Hash {
		link := info.Mode().Type() == fs.ModeSymlink
		return link == (e.Mode == filemode.Symlink), err
	}
	noted := info.Size() == int64(e.Size) && info.ModTime().Equal(e.ModifiedAt)
	return noted && e.ModifiedAt.Before(staged.ModTime), nil
}

// hashFile is the hash that git would give the file's bytes.
func hashFile(file string, info fs.FileInfo) (plumbing.Hash, error) {
	var data []byte
	var err error
	switch {
	case info.Mode().Type() == fs.ModeSymlink:
		var target string
		target, err = os.Readlink(file)
		data = []byte(target)
	case !info.Mode().IsRegular():
		return plumbing.ZeroHash, nil
	case info.Size() > maxBlob:
		return plumbing.ZeroHash, fmt.Errorf("%s has %d bytes, at most %d are read: %w", file, info.Size(), maxBlob, ErrTooLarge)
	default:
		data, err = os.ReadFile(file)
	}
	return plumbing.ComputeHash(plumbing.BlobObject, data), err
}

// ErrDirty says that tracked files have changes that were not committed.
var ErrDirty = errors.New("there are changes that are not committed")

const maxNamed = 20 // files in one message

func dirtyError(files []string) error {
	more := ""
	if len(files) > maxNamed {
		more = fmt.Sprintf(" and %d more", len(files)-maxNamed)
		files = files[:maxNamed]
	}
	quoted := make([]string, len(files))
	for i, file := range files {
		quoted[i] = fmt.Sprintf("%q", file)
	}
	return fmt.Errorf("%w: %s%s; commit or stash them first", ErrDirty, strings.Join(quoted, ", "), more)
}
