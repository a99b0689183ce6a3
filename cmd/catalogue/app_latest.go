package main

import (
	"context"
	"net/url"
	"strings"

	"coopcloud.tech/catalogue/internal/catalogue"
)

// findUpgrades fills in which deployed apps have a newer version in the catalogue.
// Where it cannot be read, that is said, and the list goes without.
func (v *listVerb) findUpgrades(ctx context.Context, servers []listedServer) {
	var latest map[string]string
	for i := range servers {
		for j := range servers[i].Apps {
			app := &servers[i].Apps[j]
			if app.Status != statusDeployed || app.Version == "" {
				continue
			}
			if latest == nil {
				latest = v.latestVersions(ctx)
			}
			switch newest := v.latestOf(app.Recipe, latest); {
			case newest == "":
			case newest == app.Version:
				app.current = true
			default:
				app.Upgrade, app.current = newerThan(newest, app.Version)
			}
		}
	}
}

// newerThan returns the version where it is newer than what runs; current tells
// that it is not.
func newerThan(version, running string) (upgrade string, current bool) {
	// The app's own part, behind the plus, has no order that all recipes keep.
	if own(catalogue.Version{Version: version}).Compare(own(catalogue.Version{Version: running})) < 0 {
		return "", true
	}
	return version, false
}

// latestOf is the latest version of a recipe; "" where none is known. Of a recipe
// that is named by its URL, that is the latest that was fetched.
func (v *listVerb) latestOf(recipe string, latest map[string]string) string {
	if !strings.HasPrefix(recipe, "https://") {
		return latest[recipe]
	}
	mirror, err := v.mirrorDir(recipe)
	if err != nil {
		return ""
	}
	known, err := v.mirrored(mirror, recipe)
	if err != nil {
		return ""
	}
	found, _ := known.Latest()
	return found.Version
}

// latestVersions reads the catalogue, and returns the latest version of each
// recipe.
func (v *listVerb) latestVersions(ctx context.Context) map[string]string {
	latest := map[string]string{}
	where, local, err := v.catalogueAt()
	if err == nil && !local && v.offline {
		return latest
	}
	if err == nil {
		latest, err = v.readLatest(ctx, where)
	}
	if err != nil {
		v.warn("which apps can be upgraded is not known: %v", err)
		return map[string]string{}
	}
	return latest
}

// readLatest asks for no more than the index, of a catalogue on the web or one that
// is verified.
func (v *listVerb) readLatest(ctx context.Context, where string) (map[string]string, error) {
	keys, err := v.trusted()
	if err != nil {
		return nil, err
	}
	base, onWeb := webAddress(where)
	switch {
	case keys != nil:
		found, err := v.readSigned(ctx, where, "v2/index.json", catalogue.MaxIndexSize, keys)
		if err != nil {
			return nil, err
		}
		return indexLatest(found.data)
	case onWeb:
		return downloadLatest(ctx, base)
	}
	all, err := catalogue.ReadDir(where)
	return latestIn(all), err
}

func downloadLatest(ctx context.Context, base *url.URL) (map[string]string, error) {
	if !strings.HasSuffix(base.Path, ".json") {
		data, err := get(ctx, base.JoinPath("v2", "index.json"), catalogue.MaxIndexSize)
		if err == nil {
			return indexLatest(data)
		}
		if !isAbsent(err) {
			return nil, err
		}
		base = base.JoinPath("recipes.json")
	}
	data, err := get(ctx, base, catalogue.MaxIndexSize)
	if err != nil {
		return nil, err
	}
	all, err := catalogue.DecodePlain(data)
	return latestIn(all), err
}

func indexLatest(data []byte) (map[string]string, error) {
	index, err := catalogue.DecodeIndex(data)
	latest := map[string]string{}
	for _, recipe := range index.Recipes {
		latest[recipe.Name] = recipe.Latest
	}
	return latest, err
}

func latestIn(all catalogue.Catalogue) map[string]string {
	latest := map[string]string{}
	for _, recipe := range all.Recipes {
		if version, ok := recipe.Latest(); ok {
			latest[recipe.Name] = version.Version
		}
	}
	return latest
}
