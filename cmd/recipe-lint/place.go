package main

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"strings"

	"coopcloud.tech/catalogue/internal/git"
	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/recipe"
)

// place is where a folder stands: in a git work tree, or in none.
type place struct {
	repo   *git.Repo // nil without one
	prefix string    // below the work tree's root; "" without one. Known also of one that cannot be read
	tags   []git.Tag // the recipe's
	fault  error     // why the repository, or some of its tags, cannot be read

	online lint.Facts // what the network says; nothing without --online
}

// locate finds the repository around dir. Of one that cannot be read it keeps why:
// the rules that need it are skipped, and say so.
func locate(dir string) place {
	repo, prefix, err := git.Find(dir)
	switch {
	case errors.Is(err, git.ErrNoRepo):
		return place{}
	case err != nil:
		return place{prefix: prefix, fault: err}
	}
	p := place{repo: repo, prefix: prefix}
	if prefix == "." { // the tags of a repository around the recipe are not its versions
		p.tags, p.fault = repo.Tags()
	}
	return p
}

// factsAt are what the place and the network say of the recipe as it was at the
// commit, when the tags were these.
func (p place) factsAt(commit string, tags []git.Tag) lint.Facts {
	facts := p.online
	if p.fault != nil {
		facts.Unknown = alsoUnknown(facts.Unknown, lint.NeedsTags, "git tags cannot be read: ", p.fault)
	}
	if p.repo == nil || p.prefix != "." {
		return facts
	}
	facts.Shallow, _ = p.repo.Shallow() // if it cannot be said, the history is there or fails below
	if len(tags) == 0 {
		return facts
	}
	named := make([]lint.Tag, len(tags))
	for i, tag := range tags {
		named[i] = lint.Tag{Name: tag.Name, Annotated: tag.Annotated}
	}
	facts.Tags = &named
	var err error
	if facts.Previous, err = p.previous(commit, tags); err != nil {
		facts.Unknown = alsoUnknown(facts.Unknown, lint.NeedsPrevious, "the last release cannot be read: ", err)
	}
	return facts
}

// alsoUnknown is known with one reason more; all targets share the map.
func alsoUnknown(known map[lint.Need]string, need lint.Need, what string, err error) map[lint.Need]string {
	unknown := map[lint.Need]string{need: what + strings.ReplaceAll(err.Error(), "\n", "; ")}
	maps.Copy(unknown, known)
	return unknown
}

// facts are those of the files as they stand in the folder.
func (p place) facts(tags []git.Tag) lint.Facts {
	commit := ""
	if p.repo != nil {
		_, commit, _ = p.repo.Head() // without one there is no release before it
	}
	return p.factsAt(commit, tags)
}

// previous is the last release before the commit, or at it; nil where there is none.
func (p place) previous(commit string, tags []git.Tag) (*lint.Release, error) {
	if commit == "" { // nothing was committed yet
		return nil, nil
	}
	last, ok, err := p.repo.LastVersion(commit, tags)
	if err != nil || !ok {
		return nil, err
	}
	tree, err := p.repo.Tree(last.Commit)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", last.Name, err)
	}
	r, err := recipe.Read(tree, "recipe")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", last.Name, err)
	}
	return &lint.Release{Version: last.Name, Recipe: r}, nil
}

// rootPaths names each target's folder relative to the root of the repository around
// the deepest folder that holds them all, or else to that folder: so one recipe is ".",
// and several keep apart, also where each is a repository of its own.
func rootPaths(targets []*target) []string {
	common := ""
	for _, t := range targets {
		common = commonDir(common, absolute(t.dir))
	}
	around := ""
	if _, prefix, _ := git.Find(common); prefix != "" {
		around = prefix
	}
	roots := make([]string, len(targets))
	for i, t := range targets {
		roots[i] = path.Join(around, relative(common, absolute(t.dir)))
	}
	return roots
}

func absolute(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil { // the current folder is gone
		return filepath.Clean(path)
	}
	return abs
}

func relative(root, dir string) string {
	rel, err := filepath.Rel(root, dir)
	if err != nil {
		return filepath.ToSlash(dir)
	}
	return filepath.ToSlash(rel)
}

// commonDir is the deepest folder that holds both.
func commonDir(a, b string) string {
	if a == "" {
		return b
	}
	for a != b && !strings.HasPrefix(b, strings.TrimSuffix(a, "/")+"/") {
		a = filepath.Dir(a)
	}
	return a
}
