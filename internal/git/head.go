package git

import (
	"fmt"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/storer"
)

// unknownHead is what a mirror's HEAD names where the remote did not say (protocol
// v0 hides a HEAD whose branch is missing). Git uses the same name that can never exist.
const unknownHead = plumbing.ReferenceName("refs/heads/.invalid")

// Head returns the default branch and its commit. A HEAD that names a missing branch
// gives ErrNoCommit with the branch's name, which is "" where only the remote knows
// it. A detached HEAD has a commit and no branch. Another error means that the
// commit's object is missing or damaged.
func (r *Repo) Head() (branch, commit string, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	head, err := r.storage.Reference(plumbing.HEAD)
	if err != nil {
		return "", "", fmt.Errorf("git repository %s: %w: HEAD cannot be read: %w", r.dir, ErrNoCommit, err)
	}
	if target := head.Target(); target != unknownHead {
		branch = strings.TrimPrefix(target.String(), "refs/heads/")
	}
	if head, err = storer.ResolveReference(r.storage, plumbing.HEAD); err != nil {
		return branch, "", fmt.Errorf("git repository %s: %w: branch %q: %w", r.dir, ErrNoCommit, branch, err)
	}
	if _, err := r.commit(head.Hash()); err != nil {
		return branch, "", fmt.Errorf("git repository %s: HEAD: %w", r.dir, err)
	}
	return branch, head.Hash().String(), nil
}
