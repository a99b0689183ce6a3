package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
)

// errNotListed says that the catalogue answers, but lacks the recipe.
var errNotListed = errors.New("the catalogue has no such recipe")

// entry finds a recipe in the catalogue at that place (see catalogueAt).
func (c *cli) entry(ctx context.Context, where, name string) (catalogue.Recipe, error) {
	recipe, err := find(ctx, where, name)
	switch {
	case errors.Is(err, errNotListed):
		return recipe, refusedf("recipe %s: %w (%s)", name, err, where)
	case err != nil:
		return recipe, refusedf("catalogue %s: %w\nName another with --catalogue URL|DIR, or build one with 'catalogue crawl'", where, err)
	default:
		c.sayUnsigned(where)
		return recipe, nil
	}
}

// sayUnsigned says once that nothing proves who made the catalogue.
func (c *cli) sayUnsigned(where string) {
	c.unsigned.Do(func() {
		fmt.Fprintln(c.stderr, safeText(fmt.Sprintf("note: the catalogue %s is not signed: whoever can write there decides what is deployed", where)))
	})
}

// checkAge refuses to choose a version by an entry that is out of date: it may
// lack a release, or still list one that was withdrawn. The existing format says
// nothing of its age.
func (c *cli) checkAge(entry catalogue.Recipe, now time.Time) error {
	if c.stale || entry.ValidUntil.IsZero() || !now.After(entry.ValidUntil) {
		return nil
	}
	return refusedf("recipe %s: what the catalogue says of it was checked at %s and valid until %s. Build the catalogue again, "+
		"name one that is up to date with --catalogue, or go by it as it is with --stale",
		entry.Name, entry.CheckedAt.Format(time.RFC3339), entry.ValidUntil.Format(time.RFC3339))
}

// catalogueAt is the folder or URL of the catalogue that the operator chose,
// --catalogue, CATALOGUE, or the one last built in the data folder; and whether
// it is on this machine: then its repos may be here too.
func (c *cli) catalogueAt() (where string, local bool, err error) {
	for _, where := range []string{c.catalogue, c.getenv("CATALOGUE")} {
		if where != "" {
			return where, !strings.Contains(where, "://"), nil
		}
	}
	data, err := c.dataDir()
	return publicDir(data), true, err
}

func find(ctx context.Context, where, name string) (catalogue.Recipe, error) {
	if u, err := url.Parse(where); err == nil && (u.Scheme == "http" || u.Scheme == "https") {
		return download(ctx, u, name)
	}
	all, err := catalogue.ReadDir(where)
	if err != nil {
		return catalogue.Recipe{}, err
	}
	return pick(all, name)
}

func pick(all catalogue.Catalogue, name string) (catalogue.Recipe, error) {
	if recipe, ok := all.Recipe(name); ok {
		return recipe, nil
	}
	return catalogue.Recipe{}, errNotListed
}

// download asks for the recipe's own file, and for the whole recipes.json where
// the catalogue is of the existing format.
func download(ctx context.Context, base *url.URL, name string) (catalogue.Recipe, error) {
	plain := base
	if !strings.HasSuffix(base.Path, ".json") {
		data, err := get(ctx, base.JoinPath("v2", "recipes", name+".json"), catalogue.MaxRecipeSize)
		if err == nil {
			return catalogue.DecodeRecipe(data)
		}
		if !errors.Is(err, errNotListed) {
			return catalogue.Recipe{}, err
		}
		plain = base.JoinPath("recipes.json")
	}
	data, err := get(ctx, plain, catalogue.MaxIndexSize)
	if errors.Is(err, errNotListed) {
		err = fmt.Errorf("%s is not there", plain.Redacted())
	}
	if err != nil {
		return catalogue.Recipe{}, err
	}
	all, err := catalogue.DecodePlain(data)
	if err != nil {
		return catalogue.Recipe{}, err
	}
	return pick(all, name)
}

const downloadTimeout = 30 * time.Second

// get reads at most limit bytes; a 404 is errNotListed.
func get(ctx context.Context, u *url.URL, limit int64) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, downloadTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	switch {
	case response.StatusCode == http.StatusNotFound:
		return nil, errNotListed
	case response.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("%s answers %s", u.Redacted(), response.Status)
	}
	data, err := io.ReadAll(io.LimitReader(response.Body, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("%s is larger than %d bytes", u.Redacted(), limit)
	}
	return data, err
}
