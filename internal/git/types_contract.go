// Package git reads recipe repositories: mirrors of remote ones, local ones in
// place, their tags, and a commit's tree as an fs.FS. It is the only user of
// go-git. Nothing is checked out and no process is run.
package git

import (
	"context"
	"errors"
	"io/fs"
	"time"
)

// ErrNoCommit says that HEAD names no commit: an empty repo, or a branch that is not there.
var ErrNoCommit = errors.New("HEAD names no commit")

// Repo is an open repository.
type Repo struct{}

// Open opens the repo in dir (bare or not) where it stands; it runs and writes nothing.
func Open(dir string) (*Repo, error) { panic("contract") }

// Remote is where a mirror comes from and what it may cost.
type Remote struct {
	URL     string
	Trusted bool   // the operator typed the URL: other schemes than https and private addresses are allowed
	Token   string // optional, never logged
}

// Mirror brings the bare mirror in dir up to date with its remote and opens it. It
// reports whether any ref changed. A failed fetch leaves the old mirror as it was.
func Mirror(ctx context.Context, remote Remote, dir string) (*Repo, bool, error) { panic("contract") }

// Tag is one tag.
type Tag struct {
	Name      string
	Annotated bool
	Object    string // the tag object's hash; "" for a lightweight tag
	Commit    string
	Tree      string
	Date      time.Time // the tagger's, or the commit's
	Message   string
}

// Tags lists the tags that name a commit, sorted by name.
func (r *Repo) Tags() ([]Tag, error) { panic("contract") }

// Head returns the default branch and its commit. A HEAD that names a missing branch gives ErrNoCommit
// with the branch's name.
func (r *Repo) Head() (branch, commit string, err error) { panic("contract") }

// Tree returns the commit's files as an fs.FS (ReadDirFS, StatFS; symlinks and submodules
// show as irregular files that cannot be opened).
func (r *Repo) Tree(commit string) (fs.FS, error) { panic("contract") }

// TreeHash is the hash of the commit's tree.
func (r *Repo) TreeHash(commit string) (string, error) { panic("contract") }
