package main

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

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
	var notCached error
	if version != "" {
		var found deploy.Source
		if found, notCached = c.cached(mirror, recipe, version); notCached == nil {
			return found, nil
		}
	}
	known, err := c.fetch(ctx, recipe, mirror, offline)
	if errors.Is(err, errOffline) {
		return deploy.Source{}, offlineError(recipe, version, notCached)
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

// offlineError says why what is on this machine will not do.
func offlineError(recipe, version string, notCached error) error {
	switch {
	case errors.Is(notCached, errMoved):
		return notCached
	case errors.Is(notCached, errNotKept):
		return refusedf("recipe %s %s: %w, and --offline forbids to ask the catalogue", recipe, version, notCached)
	}
	return refusedf("recipe %s %s was not fetched before, and --offline forbids to fetch it", recipe, cmp.Or(version, "(its latest version)"))
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
