package index

import (
	"context"
	"fmt"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/internal/index/source"
)

// claims lists every source and settles which repo is which recipe.
func (c *crawl) claims(ctx context.Context) ([]job, error) {
	var jobs []job
	for _, src := range c.opts.Sources {
		repos, problems, err := src.List(ctx, c.opts.Client)
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if err == nil {
			err = c.plausible(src.String(), repos)
		}
		if err != nil {
			if err := c.keepSource(ctx, src.String(), err); err != nil {
				return nil, err
			}
			continue
		}
		for _, repo := range repos {
			if c.claim(src.String(), repo) {
				jobs = append(jobs, job{repo, src.String()})
			}
		}
		if err := c.keepLeftOut(ctx, src.String(), problems); err != nil {
			return nil, err
		}
	}
	return jobs, nil
}

// keepLeftOut keeps the recipes whose repos the source still has but could not
// make sense of, such as a folder that is damaged.
func (c *crawl) keepLeftOut(ctx context.Context, spec string, leftOut []source.Problem) error {
	for _, p := range leftOut {
		problem := problemf(p.Where, "%s", p.Message)
		c.report.problems(problem)
		for name, recipe := range c.known {
			if _, taken := c.claimed[name]; taken || recipe.Source != spec || recipe.Location != p.Where {
				continue
			}
			c.claimed[name] = spec
			c.report.kept(recipe)
			recipe.Failure = []catalogue.Problem{problem}
			if err := c.db.Fail(ctx, recipe, catalogue.Recipe{}); err != nil {
				return err
			}
		}
	}
	return nil
}

// plausible refuses a listing that would remove most of what the source had: an
// API that fails politely, or a folder that is not mounted, must not empty the
// catalogue.
func (c *crawl) plausible(spec string, repos []source.Repo) error {
	listed := map[string]bool{}
	for _, repo := range repos {
		listed[repo.Name] = true
	}
	had, lost := 0, 0
	for name, recipe := range c.known {
		if recipe.Source == spec {
			had++
			if !listed[name] {
				lost++
			}
		}
	}
	if c.opts.AcceptRemovals || lost == 0 || len(repos) > 0 && (lost <= 5 || 2*lost <= had) {
		return nil
	}
	return fmt.Errorf("it lists %d repos, and %d of the %d that it had are gone: "+
		"taken for a fault, nothing is removed; crawl once with --accept-removals if that is meant", len(repos), lost, had)
}

// keepSource leaves the recipes of a source that cannot be listed as they are,
// and says so in each.
func (c *crawl) keepSource(ctx context.Context, spec string, cause error) error {
	problem := problemf("source "+spec, "cannot be listed: %v", cause)
	c.opts.Log.Warn("source cannot be listed; its recipes stay as they are", "source", spec, "error", cause)
	c.report.sourceFailed(problem)
	for name, recipe := range c.known {
		if _, taken := c.claimed[name]; recipe.Source == spec && !taken {
			c.claimed[name] = spec
			c.report.kept(recipe)
		}
	}
	return c.db.FailSource(ctx, spec, []catalogue.Problem{problem})
}

// claim takes a recipe's name for a source, and reports whether it could.
func (c *crawl) claim(spec string, repo source.Repo) bool {
	if owner, taken := c.claimed[repo.Name]; taken {
		c.report.problems(problemf(fmt.Sprintf("source %s: %q", spec, repo.Name), "left out: source %s has a recipe of that name", owner))
		return false
	}
	c.claimed[repo.Name] = spec
	return true
}
