package index

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"

	"coopcloud.tech/catalogue/internal/index/source"
	"coopcloud.tech/catalogue/internal/index/store"
)

// crawl is one run.
type crawl struct {
	db      *store.Store
	opts    Options
	at      time.Time               // the run's one point in time
	started time.Time               // by the real clock
	known   map[string]store.Recipe // before the run
	claimed map[string]string       // recipe name → spec of the source that has it
	facts   map[string]imageFacts   // by recipe, as rules judge by them
	looks   looks                   // at the repos that were visited
	report  ledger
}

// job is one repo to look at.
type job struct {
	repo   source.Repo
	source string // its spec
}

func (c *crawl) run(ctx context.Context) error {
	jobs, err := c.claims(ctx)
	if err != nil {
		return err
	}
	if err := c.visitAll(ctx, jobs); err != nil {
		return err
	}
	if err := c.forget(ctx); err != nil {
		return err
	}
	if err := c.checkImages(ctx); err != nil {
		return err
	}
	return c.judgeAgain(ctx, jobs)
}

func (c *crawl) visitAll(ctx context.Context, jobs []job) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(c.opts.Workers)
	for _, job := range jobs {
		group.Go(func() error {
			outcome, err := c.visit(ctx, job)
			if err == nil {
				c.report.add(outcome, func(done int) { c.opts.Progress(done, len(jobs), outcome.Name) })
			}
			return err
		})
	}
	return group.Wait()
}

// forget removes the recipes that no source has any more.
func (c *crawl) forget(ctx context.Context) error {
	for name, recipe := range c.known {
		if _, ok := c.claimed[name]; ok {
			continue
		}
		if err := c.db.Remove(ctx, name); err != nil {
			return err
		}
		c.dropMirror(recipe)
		c.report.removed(name)
		c.opts.Log.Info("recipe removed: no source lists it any more", "recipe", name, "source", recipe.Source)
	}
	return nil
}
