package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/internal/stack"
	"coopcloud.tech/catalogue/internal/upstream"
)

const (
	defaultCatalogue = "https://recipes.coopcloud.tech/recipes.json"
	catalogueExpiry  = time.Hour
	maxCatalogue     = 64 << 20 // bytes
)

// listing is what the catalogue says of one recipe.
type listing struct {
	Versions []string          `json:"versions"`
	Digests  map[string]string `json:"digests"` // by NAME:TAG, as last recorded
}

// published is the catalogue: a folder, or a URL of recipes.json or of what our
// crawler publishes. The whole is read once, and only if it is needed.
type published struct {
	where string
	url   *url.URL // nil for a folder
	cache upstream.Cache

	once sync.Once
	all  catalogue.Catalogue
	err  error
}

func newPublished(c *cli, flag string, cache upstream.Cache) (*published, error) {
	p := &published{where: cmp.Or(flag, c.getenv("CATALOGUE"), defaultCatalogue), cache: cache}
	if strings.Contains(p.where, "://") {
		var err error
		if p.url, err = parseURL(p.where); err != nil {
			return nil, usagef("--catalogue %s: %w", p.where, err)
		}
	}
	return p, nil
}

// recipe is the catalogue's listing of the recipe; an empty one where it has none.
func (p *published) recipe(ctx context.Context, name string) (listing, error) {
	if p.url == nil {
		return p.fromWhole(ctx, name)
	}
	question := "catalogue " + p.where + " " + name
	var known listing
	if p.cache.Fresh(question, catalogueExpiry, &known) {
		return known, nil
	}
	found, err := p.download(ctx, name)
	if err == nil {
		p.cache.Put(question, found)
	}
	return found, err
}

// download prefers the recipe's own file, which our catalogues have.
func (p *published) download(ctx context.Context, name string) (listing, error) {
	if strings.HasSuffix(p.url.Path, ".json") {
		return p.fromWhole(ctx, name)
	}
	res, err := get(ctx, p.url.JoinPath("v2", "recipes", name+".json"), catalogue.MaxRecipeSize)
	switch {
	case err != nil:
		return listing{}, fmt.Errorf("the catalogue: %w", err)
	case res.status == http.StatusNotFound:
		return p.fromWhole(ctx, name)
	case res.status != http.StatusOK:
		return listing{}, fmt.Errorf("the catalogue: %s answers %s", p.url.Host, statusText(res.status))
	}
	recipe, err := catalogue.DecodeRecipe(res.body)
	if err != nil {
		return listing{}, fmt.Errorf("the catalogue at %s: %w", p.url.Host, err)
	}
	return newListing(recipe), nil
}

func (p *published) fromWhole(ctx context.Context, name string) (listing, error) {
	p.once.Do(func() { p.all, p.err = p.read(ctx) })
	if p.err != nil {
		return listing{}, fmt.Errorf("the catalogue: %w", p.err)
	}
	recipe, _ := p.all.Recipe(name)
	return newListing(recipe), nil
}

func (p *published) read(ctx context.Context) (catalogue.Catalogue, error) {
	if p.url == nil {
		return catalogue.ReadDir(p.where)
	}
	address := p.url
	if !strings.HasSuffix(address.Path, ".json") {
		address = address.JoinPath("recipes.json")
	}
	res, err := get(ctx, address, maxCatalogue)
	if err == nil && res.status != http.StatusOK {
		err = fmt.Errorf("%s answers %s", address.Host, statusText(res.status))
	}
	if err != nil {
		return catalogue.Catalogue{}, err
	}
	return catalogue.DecodePlain(res.body)
}

func newListing(r catalogue.Recipe) listing {
	l := listing{Versions: []string{}, Digests: map[string]string{}}
	for _, version := range r.Versions {
		l.Versions = append(l.Versions, version.Version)
		for _, service := range version.Services {
			image, err := stack.ParseImage(service.Image + ":" + service.Tag)
			if err == nil && service.Digest != "" {
				l.Digests[image.Name+":"+image.Tag] = service.Digest // the last version's stays
			}
		}
	}
	return l
}

// recorded is the digest that the image had when it was last released; "" where that
// is not known.
func (l listing) recorded(text string) string {
	image, err := stack.ParseImage(text)
	if err != nil {
		return ""
	}
	return l.Digests[image.Name+":"+image.Tag]
}
