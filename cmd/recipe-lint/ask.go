package main

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/upstream"
)

const (
	onlineTimeout = 5 * time.Minute // for all questions of a run
	askedAtOnce   = 8
	layersTimeout = 15 * time.Minute // for the layers of all images
	readAtOnce    = 2
	maxImages     = 500 // that one recipe may ask for; real ones have up to 30
)

// imagesOf shares the answers, so that the same question is asked once for all recipes.
func imagesOf(questions []*question) map[string]*imageAnswer {
	images := map[string]*imageAnswer{}
	for _, q := range questions {
		for _, image := range q.images {
			if images[image] == nil {
				images[image] = &imageAnswer{}
			}
			answer := images[image]
			q.answers[image] = answer
			if paths, isProbed := q.probed[image]; isProbed {
				answer.probed = true
				answer.paths = append(answer.paths, paths...)
			}
		}
	}
	return images
}

// ask answers all questions. Layers come last: they take longest.
func (o *oracle) ask(ctx context.Context, c *cli, questions []*question, images map[string]*imageAnswer) {
	var asks, reads []func(context.Context)
	for _, q := range questions {
		asks = append(asks, func(ctx context.Context) { o.askRecipe(ctx, q) })
	}
	for image, answer := range images {
		asks = append(asks, func(ctx context.Context) { o.askImage(ctx, image, answer) })
		if answer.probed {
			reads = append(reads, func(ctx context.Context) { o.readImage(ctx, image, answer) })
		}
	}
	o.progress = newProgress(c, 2*len(questions)+len(images)+len(reads)) // two of a recipe: the catalogue and the forge
	defer o.progress.clear()
	within(ctx, onlineTimeout, askedAtOnce, asks)
	within(ctx, layersTimeout, readAtOnce, reads)
}

// within does everything, so many at a time, and waits. What failed stands in the
// answers.
func within(ctx context.Context, limit time.Duration, atOnce int, all []func(context.Context)) {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("no answer in %s", limit))
	defer cancel()
	var group errgroup.Group
	group.SetLimit(atOnce)
	for _, do := range all {
		group.Go(func() error { do(ctx); return nil })
	}
	_ = group.Wait()
}

func (o *oracle) askImage(ctx context.Context, image string, answer *imageAnswer) {
	answer.found, answer.err = o.registries.Image(ctx, image)
	o.progress.step(image)
}

// platform is the one that most servers have; which programs an image holds is seldom
// different elsewhere.
var platform = upstream.Platform{OS: "linux", Architecture: "amd64"}

func (o *oracle) readImage(ctx context.Context, image string, answer *imageAnswer) {
	if answer.err == nil {
		o.progress.begin("reading " + image)
		answer.programs, answer.unread = o.registries.Programs(ctx, answer.found, platform, answer.paths)
	}
	o.progress.step("the programs of " + image)
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
