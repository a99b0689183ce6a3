package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"time"

	"coopcloud.tech/catalogue/internal/git"
)

// lastTag as --since stands for the newest release.
const lastTag = "last-tag"

// since judges the target as it was at the revision: the fingerprints of what was
// found there. It never takes a clone that hides the past for a past without
// findings.
func (t *target) since(revision string) (map[string]bool, error) {
	repo := t.place.repo
	switch {
	case repo == nil && t.place.fault != nil:
		return nil, usagef("--since %s: %w", revision, t.place.fault)
	case repo == nil:
		return nil, usagef("--since %s: %s is in no git repository that can be read", revision, t.path)
	}
	shallow, err := repo.Shallow()
	if err != nil {
		return nil, usagef("--since %s: %w", revision, err)
	}
	name := revision
	if revision == lastTag {
		if t.place.fault != nil { // the newest release may be among what cannot be read
			return nil, usagef("--since %s: %w", revision, t.place.fault)
		}
		if name = git.NewestVersion(t.place.tags); name == "" {
			return nil, t.noRelease(shallow)
		}
		t.release = name
		name = "refs/tags/" + name
	}
	commit, date, err := repo.Resolve(name)
	switch {
	case err != nil && shallow:
		return nil, usagef("--since %s: this clone is shallow and hides older commits; run git fetch --unshallow --tags (%w)", revision, err)
	case err != nil:
		return nil, usagef("--since %s: %w; run git fetch --tags, or name a tag, branch or commit that 'git log' shows", revision, err)
	}
	return t.findingsAt(commit, date)
}

func (t *target) noRelease(shallow bool) error {
	switch {
	case t.place.prefix != ".":
		return usagef("--since %s: %s is a folder of a repository, whose tags are not its releases; name a revision", lastTag, t.path)
	case shallow:
		return usagef("--since %s: this clone is shallow and has no release tag; run git fetch --unshallow --tags", lastTag)
	}
	return usagef("--since %s: this clone has no release tag such as 1.0.0+2.3; run git fetch --tags, or leave --since out if nothing was released yet", lastTag)
}

// findingsAt judges the target as the commit has it, by today's rules and config. A
// recipe that was not there had no findings.
func (t *target) findingsAt(commit string, date time.Time) (map[string]bool, error) {
	tree, err := t.place.repo.Tree(commit)
	if err == nil {
		tree, err = fs.Sub(tree, path.Clean(t.place.prefix))
	}
	if err != nil {
		return nil, usagef("--since: %w", err)
	}
	tags := slices.DeleteFunc(slices.Clone(t.place.tags), func(tag git.Tag) bool { return tag.Commit != commit && tag.Date.After(date) })
	past, err := t.lint(tree, t.project.rules, t.place.factsAt(commit, tags))
	found := map[string]bool{}
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, errNoRecipe):
		return found, nil
	case err != nil:
		return nil, fmt.Errorf("--since: %w", err)
	}
	for _, f := range past.result.Findings {
		found[f.Fingerprint] = true
	}
	return found, nil
}
