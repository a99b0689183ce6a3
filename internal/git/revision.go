package git

import (
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/storer"
)

// maxSteps bounds the N of REV~N.
const maxSteps = 10_000

// Resolve returns the commit that a revision names, and when it was committed: a
// tag, a branch, a full ref, a hash of at least four digits that only one object
// has, each optionally with ^ and ~N behind it. It fails with ErrNoRevision where
// the repo does not have it; in a shallow clone that may be the clone's fault.
func (r *Repo) Resolve(revision string) (commit string, date time.Time, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	name, steps, err := splitSteps(revision)
	if err == nil {
		commit, date, err = r.walk(name, steps)
	}
	if err != nil {
		return "", time.Time{}, fmt.Errorf("git repository %s: revision %q: %w", r.dir, revision, err)
	}
	return commit, date, nil
}

func (r *Repo) walk(name string, steps int) (string, time.Time, error) {
	at, err := r.named(name)
	if err != nil {
		return "", time.Time{}, err
	}
	for ; ; steps-- {
		found, err := r.commit(at)
		switch {
		case errors.Is(err, plumbing.ErrObjectNotFound):
			return "", time.Time{}, fmt.Errorf("%w: commit %s is not here", ErrNoRevision, at)
		case err != nil:
			return "", time.Time{}, err
		case steps == 0:
			return at.String(), found.Committer.When, nil
		case len(found.ParentHashes) == 0:
			return "", time.Time{}, fmt.Errorf("%w: commit %s is the first", ErrNoRevision, at)
		}
		at = found.ParentHashes[0]
	}
}

// Shallow reports whether the repo lacks older commits on purpose: git clone --depth.
func (r *Repo) Shallow() (bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	commits, err := r.storage.Shallow()
	if err != nil {
		return false, fmt.Errorf("git repository %s: read which commits are missing: %w", r.dir, err)
	}
	return len(commits) > 0, nil
}

var steps = regexp.MustCompile(`(\^|~[0-9]*)$`)

// splitSteps cuts ^ and ~N, which go to the first parent, from a revision.
func splitSteps(revision string) (name string, count int, err error) {
	name = revision
	for {
		step := steps.FindString(name)
		if step == "" {
			return name, count, nil
		}
		name = strings.TrimSuffix(name, step)
		n := 1
		if digits := strings.TrimPrefix(step, "~"); digits != "" && step != "^" {
			if n, err = strconv.Atoi(digits); err != nil {
				n = maxSteps + 1
			}
		}
		if count += n; count > maxSteps {
			return "", 0, fmt.Errorf("%w: more than %d commits back", ErrNoRevision, maxSteps)
		}
	}
}

// named finds what a name without steps stands for, in git's own order.
func (r *Repo) named(name string) (plumbing.Hash, error) {
	if plumbing.IsHash(name) {
		return r.peel(plumbing.NewHash(name), &Tag{})
	}
	for _, pattern := range plumbing.RefRevParseRules {
		ref := plumbing.ReferenceName(fmt.Sprintf(pattern, name))
		if ref.Validate() != nil {
			continue
		}
		found, err := storer.ResolveReference(r.storage, ref)
		if err == nil {
			return r.peel(found.Hash(), &Tag{})
		}
	}
	return r.abbreviated(name)
}

// abbreviated finds the one object whose hash starts with the digits.
func (r *Repo) abbreviated(digits string) (plumbing.Hash, error) {
	even := digits[:len(digits)&^1]
	prefix, err := hex.DecodeString(even)
	if err != nil || len(digits) < 4 {
		return plumbing.ZeroHash, fmt.Errorf("%w: there is no such tag, branch or commit", ErrNoRevision)
	}
	candidates, err := r.storage.HashesWithPrefix(prefix)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	var found []plumbing.Hash
	for _, hash := range candidates {
		commit, err := r.peel(hash, &Tag{})
		if err == nil && strings.HasPrefix(hash.String(), strings.ToLower(digits)) {
			found = append(found, commit)
		}
	}
	switch len(found) {
	case 0:
		return plumbing.ZeroHash, fmt.Errorf("%w: there is no such tag, branch or commit", ErrNoRevision)
	case 1:
		return found[0], nil
	}
	return plumbing.ZeroHash, fmt.Errorf("%w: %d commits start with these digits; write more of them", ErrNoRevision, len(found))
}
