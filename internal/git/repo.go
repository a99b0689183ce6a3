// Package git reads recipe repositories: mirrors of remote ones, local ones in
// place, their tags, and a commit's tree as an fs.FS. It also builds small
// repositories from folders, and commits changed files to a clean work tree. It is the
// only user of go-git. Nothing is checked out and no process is run.
package git

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/storage/filesystem"
	"github.com/go-git/go-git/v5/storage/filesystem/dotgit"
)

// Repo is an open repository. It keeps no file open, and may be used from
// several goroutines.
type Repo struct {
	dir     string
	mu      sync.Mutex // go-git's storage loads its pack indexes without a lock
	storage *filesystem.Storage
	partial bool // it may lack objects on purpose: git clone --filter
}

// Open opens the repo in dir (bare or not) where it stands; it runs and writes
// nothing. It fails with ErrNoRepo where there is none.
func Open(dir string) (*Repo, error) {
	at, err := locate(dir)
	if err != nil {
		return nil, err
	}
	dot := filesOf(at.git)
	repo := &Repo{dir: dir, storage: newStorage(dotgit.NewRepositoryFilesystem(dot, nil))}
	if at.common != "" {
		repo.storage = newStorage(dotgit.NewRepositoryFilesystem(dot, filesOf(at.common)))
	}
	if err := repo.checkFormat(); err != nil {
		return nil, fmt.Errorf("git repository %s: %w", dir, err)
	}
	return repo, nil
}

// Find opens the repo whose work tree holds dir. Prefix is dir's slash-separated
// path below the work tree's root, "." for the root itself. Symlinks on the way to
// dir are resolved first, as git does. It fails with ErrNoRepo where there is none.
// Of a repo that cannot be read the prefix is known, beside the error.
func Find(dir string) (repo *Repo, prefix string, err error) {
	start, err := filepath.Abs(dir)
	if err == nil {
		start, err = filepath.EvalSymlinks(start)
	}
	if err != nil {
		return nil, "", err
	}
	for at := start; ; at = filepath.Dir(at) {
		repo, err := Open(at)
		if !errors.Is(err, ErrNoRepo) {
			prefix, relErr := filepath.Rel(at, start)
			return repo, filepath.ToSlash(prefix), errors.Join(err, relErr)
		}
		if at == filepath.Dir(at) {
			return nil, "", fmt.Errorf("%s: %w, nor is a folder above it", dir, ErrNoRepo)
		}
	}
}

func newStorage(fs *dotgit.RepositoryFilesystem) *filesystem.Storage {
	return filesystem.NewStorageWithOptions(fs, cache.NewObjectLRUDefault(), filesystem.Options{
		LargeObjectThreshold: streamFrom,
		// Alternates (git clone --shared) hold absolute paths.
		AlternatesFS: filesOf(string(os.PathSeparator)),
	})
}
