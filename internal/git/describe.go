package git

import (
	"errors"
	"fmt"
	"slices"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// Describe returns those of the tags that name the newest tagged commit from which
// the given one descends, itself included; none where there is none among the last
// 10,000. What a shallow clone hides is passed over.
func (r *Repo) Describe(commit string, tags []Tag) ([]Tag, error) {
	hash, err := parseHash(commit)
	if err != nil {
		return nil, err
	}
	byCommit := map[string][]Tag{}
	for _, tag := range tags {
		byCommit[tag.Commit] = append(byCommit[tag.Commit], tag)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	past := history{repo: r, seen: map[plumbing.Hash]bool{}}
	if err := past.add(hash); err != nil {
		return nil, fmt.Errorf("git repository %s: %w", r.dir, err)
	}
	for range maxSteps {
		at, err := past.next()
		if err != nil {
			return nil, fmt.Errorf("git repository %s: %w", r.dir, err)
		}
		if at == nil {
			break
		}
		if found := byCommit[at.Hash.String()]; found != nil {
			return found, nil
		}
	}
	return nil, nil
}

// history walks from commits to their parents, the newest first.
type history struct {
	repo  *Repo
	queue []*object.Commit // by date
	seen  map[plumbing.Hash]bool
}

func (h *history) add(hash plumbing.Hash) error {
	if h.seen[hash] {
		return nil
	}
	h.seen[hash] = true
	commit, err := h.repo.commit(hash)
	if err != nil {
		return err
	}
	at, _ := slices.BinarySearchFunc(h.queue, commit, func(a, b *object.Commit) int { return a.Committer.When.Compare(b.Committer.When) })
	h.queue = slices.Insert(h.queue, at, commit)
	return nil
}

// next is nil where there is no more history.
func (h *history) next() (*object.Commit, error) {
	if len(h.queue) == 0 {
		return nil, nil
	}
	commit := h.queue[len(h.queue)-1]
	h.queue = h.queue[:len(h.queue)-1]
	for _, parent := range commit.ParentHashes {
		if err := h.add(parent); err != nil && !errors.Is(err, plumbing.ErrObjectNotFound) {
			return nil, err
		}
	}
	return commit, nil
}
