package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/internal/deploy"
)

// errNotListed says that the catalogue answers, but lacks the recipe.
var errNotListed = errors.New("the catalogue has no such recipe")

// entry is what a catalogue says of a recipe, and what vouches for it.
type entry struct {
	catalogue.Recipe
	voucher deploy.Voucher
	note    []byte // the signed manifest; nil where nothing was verified
	data    []byte // the recipe's own file, which the manifest lists
}

// entry finds a recipe in the catalogue at that place (see catalogueAt). Where the
// operator named keys, one of them must vouch for the entry.
func (c *cli) entry(ctx context.Context, where, name string) (entry, error) {
	keys, err := c.trusted()
	if err != nil {
		return entry{}, err
	}
	found, err := c.lookUp(ctx, where, name, keys)
	switch {
	case errors.Is(err, errNotListed):
		return found, refusedf("recipe %s: %w (%s)", name, err, where)
	case err != nil && keys != nil:
		return found, refusedf("recipe %s: catalogue %s: %w", name, where, err)
	case err != nil:
		return found, refusedf("catalogue %s: %w\nName another with --catalogue URL|DIR, or build one with 'catalogue crawl'", where, err)
	case keys == nil:
		c.sayUnproven(where)
	}
	return found, nil
}

func (c *cli) lookUp(ctx context.Context, where, name string, keys catalogue.Keys) (entry, error) {
	if keys == nil {
		recipe, err := find(ctx, where, name)
		return entry{Recipe: recipe}, err
	}
	found, err := c.readSigned(ctx, where, catalogue.RecipePath(name), catalogue.MaxRecipeSize, keys)
	if err != nil {
		return entry{}, err
	}
	return signedEntry(found, name)
}

// signedEntry reads the entry out of a file that was verified.
func signedEntry(found signed, name string) (entry, error) {
	recipe, err := named(found.data, name)
	voucher := deploy.Voucher{SignedBy: found.manifest.Origin, GeneratedAt: found.manifest.Generated}
	return entry{recipe, voucher, found.note, found.data}, err
}

// named reads a recipe's own file, which must be of that recipe: else one that is
// vouched for could stand in for another.
func named(data []byte, name string) (catalogue.Recipe, error) {
	recipe, err := catalogue.DecodeRecipe(data)
	if err == nil && recipe.Name != name {
		err = fmt.Errorf("%s holds recipe %q, expected %q", catalogue.RecipePath(name), recipe.Name, name)
	}
	return recipe, err
}

// sayUnproven says once that nothing proves who made the catalogue.
func (c *cli) sayUnproven(where string) {
	c.unproven.Do(func() {
		fmt.Fprintln(c.stderr, safeText(fmt.Sprintf("note: the catalogue %s is not verified, as no --catalogue-key is given: whoever can write there decides what is deployed", where)))
	})
}

// sayByURL says once, where keys were given, that they have no say about a recipe
// that the app's env names by its URL.
func (c *cli) sayByURL(recipe string) error {
	keys, err := c.trusted()
	if err == nil && keys != nil && isURL(recipe) {
		c.unproven.Do(func() {
			fmt.Fprintln(c.stderr, safeText(fmt.Sprintf("note: recipe %s is named by its URL, so the keys of the catalogue have no say about it", recipe)))
		})
	}
	return err
}

// checkAge refuses to choose a version by an entry that is out of date: it may
// lack a release, or still list one that was withdrawn. The existing format says
// nothing of its age.
func (c *cli) checkAge(entry entry, now time.Time) error {
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
	if u, ok := webAddress(where); ok {
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
		data, err := webShelf{base}.read(ctx, catalogue.RecipePath(name), catalogue.MaxRecipeSize)
		if err == nil {
			return named(data, name)
		}
		if !isAbsent(err) {
			return catalogue.Recipe{}, err
		}
		plain = base.JoinPath("recipes.json")
	}
	data, err := get(ctx, plain, catalogue.MaxIndexSize)
	if isAbsent(err) {
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
