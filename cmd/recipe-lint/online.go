package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"coopcloud.tech/catalogue/internal/lint"
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

const (
	onlineTimeout = 5 * time.Minute // for all questions of a run
	askedAtOnce   = 8
	maxImages     = 500 // that one recipe may ask for; real ones have up to 30
)

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
	limited, cancel := context.WithTimeoutCause(ctx, onlineTimeout, fmt.Errorf("no answer in %s", onlineTimeout))
	defer cancel()
	questions := gather(targets)
	o.ask(limited, c, questions)
	if ctx.Err() != nil {
		return errors.New("interrupted while asking online")
	}
	unknown := map[string]bool{}
	for _, q := range questions {
		q.target.place.online = q.facts()
		for _, reason := range q.target.place.online.Unknown {
			unknown[reason] = true
		}
	}
	for _, reason := range slices.Sorted(maps.Keys(unknown)) {
		c.say("could not be asked: %s", reason)
	}
	return nil
}

// ask answers all questions, the same one once for all recipes.
func (o *oracle) ask(ctx context.Context, c *cli, questions []*question) {
	images := map[string]*imageAnswer{}
	for _, q := range questions {
		for _, image := range q.images {
			if images[image] == nil {
				images[image] = &imageAnswer{}
			}
			q.answers[image] = images[image]
		}
	}
	o.progress = newProgress(c, len(images)+2*len(questions))
	defer o.progress.clear()
	var group errgroup.Group
	group.SetLimit(askedAtOnce)
	for _, q := range questions {
		group.Go(func() error { o.askRecipe(ctx, q); return nil })
	}
	for image, answer := range images {
		group.Go(func() error {
			found, err := o.registries.Image(ctx, image)
			answer.digest, answer.err = found.Digest, err
			o.progress.step(image)
			return nil
		})
	}
	_ = group.Wait() // what failed stands in the answers
}

func (o *oracle) askRecipe(ctx context.Context, q *question) {
	if q.needs[lint.NeedsVersions] || q.needs[lint.NeedsRecorded] {
		q.listed, q.listedErr = o.catalogue.recipe(ctx, q.name)
	}
	o.progress.step("the catalogue")
	if q.needs[lint.NeedsForge] {
		q.exists, q.existsErr = o.forge.has(ctx, q.name)
	}
	o.progress.step("the forge")
}

// shown makes one line of what could not be asked, and for what.
func shown(reason string, images []string) string {
	slices.Sort(images)
	if len(images) > 3 {
		images = append(images[:3:3], fmt.Sprintf("%d more", len(images)-3))
	}
	return reason + " (" + strings.Join(images, ", ") + ")"
}
