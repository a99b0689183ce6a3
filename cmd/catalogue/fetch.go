package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/Masterminds/semver/v3"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/internal/deploy"
	"coopcloud.tech/catalogue/internal/git"
)

// recipeAt finds a recipe at a version; "" means the latest. A version that was
// fetched before needs neither the catalogue nor the forge, so that apps can be
// deployed again while both are down. The recipe is a name in the catalogue, or
// the https URL of a repo. What the catalogue says has to be fresh.
func (c *cli) recipeAt(ctx context.Context, recipe, version string, offline bool) (deploy.Source, error) {
	return c.versionAt(ctx, recipe, version, offline, true)
}

// pinnedAt is recipeAt for a version that was chosen before: the catalogue's age
// does not matter.
func (c *cli) pinnedAt(ctx context.Context, recipe, version string, offline bool) (deploy.Source, error) {
	return c.versionAt(ctx, recipe, version, offline, false)
}

func (c *cli) versionAt(ctx context.Context, recipe, version string, offline, fresh bool) (deploy.Source, error) {
	if err := c.sayByURL(recipe); err != nil {
		return deploy.Source{}, err
	}
	mirror, err := c.mirrorDir(recipe)
	if err != nil {
		return deploy.Source{}, err
	}
	if version != "" {
		found, err := c.cached(mirror, recipe, version)
		if err == nil || offline && errors.Is(err, errMoved) {
			return found, err
		}
	}
	known, err := c.fetch(ctx, recipe, mirror, offline)
	if errors.Is(err, errOffline) {
		return deploy.Source{}, refusedf("recipe %s %s was not fetched before, and --offline forbids to fetch it", recipe, cmp.Or(version, "(its latest version)"))
	}
	if err != nil {
		return deploy.Source{}, err
	}
	if err := c.checkAge(known.entry, time.Now()); fresh && err != nil {
		return deploy.Source{}, err
	}
	if version == "" {
		latest, ok := known.Latest()
		if !ok {
			return deploy.Source{}, refusedf("recipe %s has no released version: name one, or deploy a local copy with --chaos", recipe)
		}
		version = latest.Version
	}
	return known.at(version)
}

// mirrorDir is where a recipe's repo is kept for deploys.
func (c *cli) mirrorDir(recipe string) (string, error) {
	data, err := c.dataDir()
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Join(data, "recipes"), 0o755); err != nil {
		return "", refusedf("data folder: %w", err)
	}
	flat := strings.NewReplacer("/", "_", ":", "_").Replace(recipe)
	return filepath.Join(data, "recipes", flat+".git"), nil
}

// known is a recipe's repo with what is said of its versions.
type known struct {
	entry
	repo   *git.Repo
	recipe string // as the app names it
	byURL  bool   // no catalogue has a say
}

// cached opens a version that was fetched before. What the catalogue said of it
// then has to hold still: a later fetch may have brought a tag that was moved.
func (c *cli) cached(mirror, recipe, version string) (deploy.Source, error) {
	repo, err := git.Open(mirror)
	if err != nil {
		return deploy.Source{}, err
	}
	if isURL(recipe) {
		return known{repo: repo, recipe: recipe, byURL: true}.at(version)
	}
	entry, err := c.kept(mirror, recipe)
	if err != nil {
		return deploy.Source{}, err
	}
	return known{entry: entry, repo: repo, recipe: recipe}.at(version)
}

func isURL(recipe string) bool { return strings.HasPrefix(recipe, "https://") }

// errOffline says that only the network could help.
var errOffline = errors.New("the network would be needed")

// fetch brings the mirror up to date with the repo that the catalogue names. A
// repo on this machine is opened in place.
func (c *cli) fetch(ctx context.Context, recipe, mirror string, offline bool) (known, error) {
	if isURL(recipe) {
		return c.fetchURL(ctx, recipe, mirror, offline)
	}
	where, local, err := c.catalogueAt()
	if err != nil {
		return known{}, err
	}
	if offline && !local {
		return known{}, errOffline
	}
	found := known{recipe: recipe}
	if found.entry, err = c.entry(ctx, where, recipe); err != nil {
		return known{}, err
	}
	if local && filepath.IsAbs(found.Repository) {
		found.repo, err = git.Open(found.Repository)
	} else if offline {
		return known{}, errOffline
	} else if found.repo, _, err = git.Mirror(ctx, git.Remote{URL: found.Repository, Trusted: local}, mirror); err == nil {
		c.keep(mirror, found.entry)
	}
	if err != nil {
		return known{}, refusedf("recipe %s: %w", recipe, err)
	}
	return found, nil
}

// fetchURL mirrors the repo of a recipe that the app's env names by its URL.
func (c *cli) fetchURL(ctx context.Context, url, mirror string, offline bool) (known, error) {
	if offline {
		return known{}, errOffline
	}
	repo, _, err := git.Mirror(ctx, git.Remote{URL: url, Trusted: true}, mirror)
	if err != nil {
		return known{}, refusedf("recipe %s: %w", url, err)
	}
	return listTags(repo, url)
}

// listTags takes the tags of a repo for its versions, where no catalogue does.
func listTags(repo *git.Repo, recipe string) (known, error) {
	tags, err := repo.Tags()
	return known{
		entry: entry{Recipe: catalogue.Recipe{Name: recipe, Versions: versionsOf(tags)}},
		repo:  repo, recipe: recipe, byURL: isURL(recipe),
	}, err
}

// versions is a recipe's repo with what it has released. Where the network may not be
// asked, they are those that were fetched before. Whoever chooses one wants a
// catalogue that is fresh.
func (v *appVerb) versions(ctx context.Context, recipe string, fresh bool) (known, error) {
	if err := v.sayByURL(recipe); err != nil {
		return known{}, err
	}
	mirror, err := v.mirrorDir(recipe)
	if err != nil {
		return known{}, err
	}
	found, err := v.fetch(ctx, recipe, mirror, v.offline)
	switch {
	case errors.Is(err, errOffline):
		return v.mirrored(mirror, recipe)
	case err == nil && fresh:
		err = v.checkAge(found.entry, time.Now())
	}
	return found, err
}

// mirrored is what was fetched before: with keys, as the signed entry of that time
// lists it.
func (c *cli) mirrored(mirror, recipe string) (known, error) {
	repo, err := git.Open(mirror)
	if err != nil {
		return known{}, refusedf("recipe %s was not fetched before, and --offline forbids to fetch it", recipe)
	}
	if isURL(recipe) {
		return listTags(repo, recipe)
	}
	entry, err := c.kept(mirror, recipe)
	if err != nil {
		return known{}, refusedf("recipe %s: %w, and --offline forbids to ask the catalogue", recipe, err)
	}
	if entry.note == nil {
		return listTags(repo, recipe)
	}
	return known{entry: entry, repo: repo, recipe: recipe}, nil
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
