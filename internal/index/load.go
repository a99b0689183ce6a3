package index

import (
	"context"
	"slices"
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/internal/index/store"
)

// Load is the catalogue as the store knows it, at the time now. Repos that are
// no recipes are not in it.
func Load(ctx context.Context, db *store.Store, now time.Time) (catalogue.Catalogue, error) {
	states, err := db.States(ctx)
	if err != nil {
		return catalogue.Catalogue{}, err
	}
	known, err := loadImages(ctx, db)
	if err != nil {
		return catalogue.Catalogue{}, err
	}
	loaded := catalogue.Catalogue{GeneratedAt: now.UTC().Truncate(time.Second)}
	for _, state := range states {
		if state.Listed {
			r := loadRecipe(state, now)
			known.publish(&r, state, now)
			loaded.Recipes = append(loaded.Recipes, r)
		}
	}
	return loaded, nil
}

func loadRecipe(state store.State, now time.Time) catalogue.Recipe {
	r := state.Doc
	r.CheckedAt, r.ValidUntil, r.Status = state.CheckedAt, state.ValidUntil, status(state.Recipe, now)
	r.Problems = slices.Concat(state.Failure, r.Problems)
	for _, tag := range state.Tags {
		r.Versions = append(r.Versions, loadVersion(tag, state.Readings[tag.Reading]))
	}
	return r
}

// status distrusts also what nobody checked for too long.
func status(r store.Recipe, now time.Time) catalogue.Status {
	switch {
	case r.Fingerprint == "":
		return catalogue.Unknown
	case len(r.Failure) > 0 || now.After(r.ValidUntil):
		return catalogue.Stale
	}
	return catalogue.OK
}

func loadVersion(tag store.Tag, reading store.Reading) catalogue.Version {
	v := reading
	v.Version, v.Legacy, v.Annotated = tag.Name, tag.Legacy, tag.Annotated
	v.Commit, v.Tree, v.TagObject, v.Date = tag.Commit, tag.Tree, tag.Object, tag.Date
	v.Moved, v.Notes = tag.Moved, tag.Notes
	v.Problems = slices.Concat(tagProblems(tag, v), v.Problems)
	return v
}

// tagProblems compares the tag with what the files and the past say of it. Where
// no service could be read, nothing is known of its label.
func tagProblems(tag store.Tag, reading store.Reading) []catalogue.Problem {
	label := reading.Label
	var problems []catalogue.Problem
	if len(tag.Moved) > 0 {
		problems = append(problems, problemf("tag", "it was moved: it named commit %.10s before", tag.Moved[len(tag.Moved)-1]))
	}
	switch {
	case label == tag.Name:
	case label == "" && !tag.Legacy && len(reading.Services) > 0:
		problems = append(problems, problemf("compose.yml", "service app has no version label; the tag is %s", tag.Name))
	case label != "":
		problems = append(problems, problemf("compose.yml", "the version label says %s, the tag %s", label, tag.Name))
	}
	return problems
}
