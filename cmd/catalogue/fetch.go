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
	mirror, err := c.mirrorDir(recipe)
	if err != nil {
		return deploy.Source{}, err
	}
	if version != "" {
		if found, err := cached(mirror, recipe, version); err == nil {
			return found, nil
		}
	}
	repo, entry, err := c.fetch(ctx, recipe, mirror, offline)
	if errors.Is(err, errOffline) {
		return deploy.Source{}, refusedf("recipe %s %s was not fetched before, and --offline forbids to fetch it", recipe, cmp.Or(version, "(its latest version)"))
	}
	if err != nil {
		return deploy.Source{}, err
	}
	if err := c.checkAge(entry, time.Now()); fresh && err != nil {
		return deploy.Source{}, err
	}
	if version == "" {
		latest, ok := entry.Latest()
		if !ok {
			return deploy.Source{}, refusedf("recipe %s has no released version: name one, or deploy a local copy with --chaos", recipe)
		}
		version = latest.Version
	}
	return at(repo, entry, recipe, version)
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

func cached(mirror, recipe, version string) (deploy.Source, error) {
	repo, err := git.Open(mirror)
	if err != nil {
		return deploy.Source{}, err
	}
	return at(repo, catalogue.Recipe{}, recipe, version)
}

// errOffline says that only the network could help.
var errOffline = errors.New("the network would be needed")

// fetch brings the mirror up to date with the repo that the catalogue names. A
// repo on this machine is opened in place.
func (c *cli) fetch(ctx context.Context, recipe, mirror string, offline bool) (*git.Repo, catalogue.Recipe, error) {
	where, local, err := c.catalogueAt()
	if err != nil {
		return nil, catalogue.Recipe{}, err
	}
	if strings.HasPrefix(recipe, "https://") {
		if offline {
			return nil, catalogue.Recipe{}, errOffline
		}
		repo, _, err := git.Mirror(ctx, git.Remote{URL: recipe, Trusted: true}, mirror)
		if err != nil {
			return nil, catalogue.Recipe{}, refusedf("recipe %s: %w", recipe, err)
		}
		tags, err := repo.Tags()
		return repo, catalogue.Recipe{Name: recipe, Versions: versionsOf(tags)}, err
	}
	if offline && !local {
		return nil, catalogue.Recipe{}, errOffline
	}
	entry, err := c.entry(ctx, where, recipe)
	if err != nil {
		return nil, entry, err
	}
	if local && filepath.IsAbs(entry.Repository) {
		repo, err := git.Open(entry.Repository)
		if err != nil {
			err = refusedf("recipe %s: %w", recipe, err)
		}
		return repo, entry, err
	}
	if offline {
		return nil, entry, errOffline
	}
	repo, _, err := git.Mirror(ctx, git.Remote{URL: entry.Repository, Trusted: local}, mirror)
	if err != nil {
		return nil, entry, refusedf("recipe %s: %w", recipe, err)
	}
	return repo, entry, nil
}

// versions is a recipe's repo with what it has released. Where the network may not be
// asked, they are those that were fetched before. Whoever chooses one wants a
// catalogue that is fresh.
func (v *appVerb) versions(ctx context.Context, recipe string, fresh bool) (*git.Repo, catalogue.Recipe, error) {
	mirror, err := v.mirrorDir(recipe)
	if err != nil {
		return nil, catalogue.Recipe{}, err
	}
	repo, entry, err := v.fetch(ctx, recipe, mirror, v.offline)
	switch {
	case errors.Is(err, errOffline):
		return mirrored(mirror, recipe)
	case err == nil && fresh:
		err = v.checkAge(entry, time.Now())
	}
	return repo, entry, err
}

func mirrored(mirror, recipe string) (*git.Repo, catalogue.Recipe, error) {
	repo, err := git.Open(mirror)
	if err != nil {
		return nil, catalogue.Recipe{}, refusedf("recipe %s was not fetched before, and --offline forbids to fetch it", recipe)
	}
	tags, err := repo.Tags()
	return repo, catalogue.Recipe{Name: recipe, Versions: versionsOf(tags)}, err
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

// at opens a version of the repo. Where the catalogue knows the commit of that
// version, a tag that names another one was moved and is refused.
func at(repo *git.Repo, entry catalogue.Recipe, recipe, version string) (deploy.Source, error) {
	tags, err := repo.Tags()
	if err != nil {
		return deploy.Source{}, err
	}
	for _, tag := range tags {
		if tag.Name != version {
			continue
		}
		if known, ok := entry.Version(version); ok && known.Commit != "" && known.Commit != tag.Commit {
			return deploy.Source{}, refusedf("recipe %s %s: its tag names commit %.8s, but the catalogue says %.8s: the tag was moved. "+
				"Ask the maintainer why, then build the catalogue again", recipe, version, tag.Commit, known.Commit)
		}
		tree, err := repo.Tree(tag.Commit)
		if err != nil {
			return deploy.Source{}, fmt.Errorf("recipe %s %s: %w", recipe, version, err)
		}
		return deploy.Source{FS: tree, Recipe: recipe, Version: version, Commit: tag.Commit}, nil
	}
	return deploy.Source{}, refusedf("recipe %s has no version %s", recipe, version)
}
