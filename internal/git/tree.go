package git

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
)

// treeFS is a commit's tree as a read-only file system, read from git's objects.
type treeFS struct {
	repo *Repo
	root node
	time time.Time

	mu      sync.Mutex
	folders map[plumbing.Hash][]node // listings read so far, by tree
}

var _ interface {
	fs.ReadDirFS
	fs.ReadFileFS
	fs.ReadLinkFS
	fs.StatFS
} = (*treeFS)(nil)

// maxFolders bounds the listings that one treeFS keeps in memory.
const maxFolders = 1024

// node is one name in a tree.
type node struct {
	name string
	mode fs.FileMode
	hash plumbing.Hash
}

// Tree returns the commit's files as a read-only fs.FS (ReadDirFS, ReadFileFS,
// StatFS, ReadLinkFS). Links are never followed: Stat and Lstat show them as
// fs.ModeSymlink, and submodules as fs.ModeIrregular; neither can be opened. Sizes
// are known without inflating a file. Names that no honest tree holds (`..`, `.git`,
// a slash or backslash inside, invalid UTF-8) are not there. Of a commit that a
// partial clone does not hold whole, Tree returns an error. The tree's depth and
// number of files are the author's choice: whoever walks it sets bounds.
func (r *Repo) Tree(commit string) (fs.FS, error) {
	hash, err := parseHash(commit)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	found, err := r.commit(hash)
	if err == nil {
		_, err = r.tree(found.TreeHash)
	}
	if err == nil && r.partial {
		left := maxWhole
		err = r.checkWhole(found.TreeHash, &left)
	}
	if err != nil {
		return nil, fmt.Errorf("git repository %s: commit %s: %w", r.dir, commit, err)
	}
	root := node{name: ".", mode: fs.ModeDir | 0o555, hash: found.TreeHash}
	return &treeFS{repo: r, root: root, time: found.Committer.When, folders: map[plumbing.Hash][]node{}}, nil
}

// find walks to name. It fails with a *fs.PathError.
func (t *treeFS) find(op, name string) (node, error) {
	if !fs.ValidPath(name) {
		return node{}, &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	at := t.root
	if name == "." {
		return at, nil
	}
	for part := range strings.SplitSeq(name, "/") {
		nodes, err := t.list(at)
		if err != nil {
			return node{}, &fs.PathError{Op: op, Path: name, Err: err}
		}
		i, found := slices.BinarySearchFunc(nodes, part, func(n node, part string) int { return strings.Compare(n.name, part) })
		if !found {
			return node{}, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
		}
		at = nodes[i]
	}
	return at, nil
}

// list returns what a folder holds, sorted by name; what is no folder holds nothing.
func (t *treeFS) list(folder node) ([]node, error) {
	if !folder.mode.IsDir() {
		return nil, nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if nodes, ok := t.folders[folder.hash]; ok {
		return nodes, nil
	}
	nodes, err := t.repo.list(folder.hash)
	if err == nil && len(t.folders) < maxFolders {
		t.folders[folder.hash] = nodes
	}
	return nodes, err
}

func (r *Repo) list(hash plumbing.Hash) ([]node, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	tree, err := r.tree(hash)
	if err != nil {
		return nil, err
	}
	nodes := make([]node, 0, len(tree.Entries))
	for _, entry := range tree.Entries {
		if honest(entry.Name) {
			nodes = append(nodes, node{entry.Name, modeOf(entry.Mode), entry.Hash})
		}
	}
	byName := func(a, b node) int { return strings.Compare(a.name, b.name) }
	slices.SortStableFunc(nodes, byName)
	// Of two entries with one name git would check out the last, we show the first: any is a lie.
	return slices.CompactFunc(nodes, func(a, b node) bool { return a.name == b.name }), nil
}

// honest refuses names that git itself never writes (verify_path in read-cache.c).
func honest(name string) bool {
	return name != "." && name != ".." && !strings.EqualFold(name, ".git") &&
		!strings.ContainsAny(name, "/\\\x00") && utf8.ValidString(name) && path.Base(name) == name
}

func modeOf(mode filemode.FileMode) fs.FileMode {
	switch mode {
	case filemode.Dir:
		return fs.ModeDir | 0o555
	case filemode.Regular, filemode.Deprecated:
		return 0o444
	case filemode.Executable:
		return 0o555
	case filemode.Symlink:
		return fs.ModeSymlink | 0o777
	default: // a submodule, or a mode that git does not know
		return fs.ModeIrregular
	}
}
