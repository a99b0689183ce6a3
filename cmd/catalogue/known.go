package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/internal/deploy"
	"coopcloud.tech/catalogue/internal/git"
)

// known is a recipe's repo with what is said of its versions.
type known struct {
	entry
	repo   *git.Repo
	recipe string // as the app names it
	byURL  bool   // no catalogue has a say
}

// listTags takes the tags of a repo for its versions, where no catalogue does.
func listTags(repo *git.Repo, recipe string) (known, error) {
	tags, err := repo.Tags()
	return known{
		entry: entry{Recipe: catalogue.Recipe{Name: recipe, Versions: versionsOf(tags)}},
		repo:  repo, recipe: recipe, byURL: isURL(recipe),
	}, err
}

// versionsOf lists the versions among a repo's tags, oldest first.
func versionsOf(tags []git.Tag) []catalogue.Version {
	var versions []catalogue.Version
	for _, tag := range tags {
		if catalogue.IsVersion(tag.Name) {
			versions = append(versions, catalogue.Version{Version: tag.Name, Commit: tag.Commit, Date: tag.Date})
		}
	}
	slices.SortStableFunc(versions, func(a, b catalogue.Version) int {
		return cmp.Or(own(a).Compare(own(b)), a.Date.Compare(b.Date))
	})
	return versions
}

// own is the recipe's own version, the part before the plus. IsVersion has seen
// to its form; what semver cannot hold sorts first.
func own(v catalogue.Version) *semver.Version {
	number, _, _ := strings.Cut(v.Version, "+")
	parsed, err := semver.StrictNewVersion(number)
	if err != nil {
		return &semver.Version{}
	}
	return parsed
}

// at opens a version of the repo.
func (k known) at(version string) (deploy.Source, error) {
	tags, err := k.repo.Tags()
	if err != nil {
		return deploy.Source{}, err
	}
	at := slices.IndexFunc(tags, func(t git.Tag) bool { return t.Name == version })
	if at < 0 {
		return deploy.Source{}, refusedf("recipe %s has no version %s", k.recipe, version)
	}
	tag := tags[at]
	said, err := k.check(tag)
	if err != nil {
		return deploy.Source{}, err
	}
	tree, err := k.repo.Tree(tag.Commit)
	if err != nil {
		return deploy.Source{}, fmt.Errorf("recipe %s %s: %w", k.recipe, version, err)
	}
	source := deploy.Source{FS: tree, Recipe: k.recipe, Version: version, Commit: tag.Commit, Moved: said.Moved}
	if !k.byURL {
		source.Voucher = &k.voucher
	}
	return source, nil
}

// errMoved means that a tag names another commit than the catalogue says.
var errMoved = errors.New("the tag was moved")

// check holds a tag against what the catalogue says of that version. A commit's
// hash covers every byte of the recipe: this is what a signature is worth. A
// signed entry has to list the version; the existing format knows no commits.
func (k known) check(tag git.Tag) (catalogue.Version, error) {
	said, listed := k.Version(tag.Name)
	switch {
	case k.note != nil && (!listed || said.Commit == ""):
		return said, refusedf("recipe %s: the signed catalogue does not list version %s with its commit; its repo has the tag. "+
			"Name a version that is listed, or have the catalogue built again", k.recipe, tag.Name)
	case listed && said.Commit != "" && said.Commit != tag.Commit, listed && said.Tree != "" && said.Tree != tag.Tree:
		return said, refusedf("recipe %s %s: its tag names commit %.8s, but the catalogue says %.8s: %w. "+
			"Ask the maintainer why, then build the catalogue again", k.recipe, tag.Name, tag.Commit, said.Commit, errMoved)
	}
	return said, nil
}
