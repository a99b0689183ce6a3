package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/upstream"
)

// onlineFlags say whether and whom to ask in the network. Without --online nobody is.
type onlineFlags struct {
	online    bool
	catalogue string
	private   []string
}

func (f *onlineFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.BoolVar(&f.online, "online", false, "ask the image registries, the catalogue and the forge, too; answers are cached")
	flags.StringVar(&f.catalogue, "catalogue", "", "with --online: the catalogue, a URL or a folder (default $CATALOGUE, else "+defaultCatalogue+")")
	flags.StringSliceVar(&f.private, "private-registry", nil, "with --online: ask this registry (HOST or HOST:PORT) though it has a private address")
}

func (f onlineFlags) check() error {
	if !f.online && (f.catalogue != "" || len(f.private) > 0) {
		return usagef("--catalogue and --private-registry say whom to ask, but only --online asks")
	}
	return nil
}

// oracle asks whatever lies beyond the recipe's folder; each question once.
type oracle struct {
	registries *upstream.Client
	catalogue  *published
	forge      *forge
	progress   *progress
}

func newOracle(c *cli, flags onlineFlags) (*oracle, error) {
	cache := upstream.Cache{Dir: cacheDir()}
	catalogue, err := newPublished(c, flags.catalogue, cache)
	if err != nil {
		return nil, err
	}
	forge, err := newForge(c, cache)
	if err != nil {
		return nil, err
	}
	registries := upstream.New(upstream.Options{CacheDir: cache.Dir, Private: flags.private, UserAgent: "recipe-lint/" + version})
	return &oracle{registries: registries, catalogue: catalogue, forge: forge}, nil
}

// cacheDir is "" where the user has no place for one: then every run asks again.
func cacheDir() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "recipe-lint")
}

// goOnline fills in what the network says of every recipe, and names what could not
// be asked.
func (c *cli) goOnline(ctx context.Context, flags onlineFlags, targets []*target) error {
	o, err := newOracle(c, flags)
	if err != nil {
		return err
	}
	questions := gather(targets)
	images := imagesOf(questions)
	o.ask(ctx, c, questions, images)
	if ctx.Err() != nil {
		return errors.New("interrupted while asking online")
	}
	for _, q := range questions {
		q.target.place.online = q.facts()
	}
	c.sayUnknown(questions, images)
	return nil
}

// sayUnknown names what could not be asked, whatever that leaves unknown.
func (c *cli) sayUnknown(questions []*question, images map[string]*imageAnswer) {
	unknown := map[string]bool{}
	for _, q := range questions {
		for _, err := range []error{q.listedErr, q.existsErr} {
			if err != nil {
				unknown[err.Error()] = true
			}
		}
		if q.beyond {
			unknown[fmt.Sprintf("%s: %s", q.name, tooMany)] = true
		}
	}
	unasked := reasons{}
	for image, answer := range images {
		if !errors.Is(answer.err, upstream.ErrNotFound) {
			unasked.add(cmp.Or(answer.err, answer.unread), image)
		}
	}
	for _, line := range append(slices.Sorted(maps.Keys(unknown)), unasked.lines()...) {
		c.say("could not be asked: %s", line)
	}
}
