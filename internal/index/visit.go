package index

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/internal/index/store"
)

// recipeTimeout bounds one repo, from its first request to its last file.
const recipeTimeout = 15 * time.Minute

// visit brings one recipe up to date. What is wrong with the repo ends in the
// outcome; an error is the store's or the context's.
func (c *crawl) visit(ctx context.Context, j job) (Outcome, error) {
	if ctx.Err() != nil {
		return Outcome{}, context.Cause(ctx)
	}
	started := time.Now()
	outcome, err := c.update(ctx, j)
	outcome.Took = time.Since(started)
	return outcome, err
}

func (c *crawl) update(ctx context.Context, j job) (Outcome, error) {
	limited, cancel := context.WithTimeoutCause(ctx, recipeTimeout,
		fmt.Errorf("not done after %s: %w", recipeTimeout, context.DeadlineExceeded))
	defer cancel()
	known := c.known[j.repo.Name]
	var seen *look
	err := c.guarded(j, func() (err error) { seen, err = c.look(limited, j, known); return })
	if err != nil {
		return c.fail(ctx, j, err)
	}
	if c.opts.Images != nil {
		c.looks.keep(j.repo.Name, *seen)
	}
	if seen.fingerprint == known.Fingerprint {
		return c.confirm(ctx, j, known)
	}
	return c.readAndSave(ctx, limited, j, known, seen)
}

// readAndSave works within limited; that this ran out is the repo's fault, that ctx did
// is not.
func (c *crawl) readAndSave(ctx, limited context.Context, j job, known store.Recipe, seen *look) (Outcome, error) {
	kept, err := c.db.Kept(ctx, j.repo.Name)
	if err != nil {
		return Outcome{}, err
	}
	var state store.State
	err = c.guarded(j, func() (err error) { state, err = seen.read(limited, known, kept); return })
	if err != nil {
		return c.fail(ctx, j, err)
	}
	return c.save(ctx, j, state, kept)
}

// guarded makes a panic an error: one repo that finds a bug must not take the
// others down.
func (c *crawl) guarded(j job, do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			c.opts.Log.Error("panic while reading a recipe; please report it", "recipe", j.repo.Name, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("internal error: %v; please report it", p)
		}
	}()
	return do()
}

func (c *crawl) confirm(ctx context.Context, j job, known store.Recipe) (Outcome, error) {
	err := c.db.Confirm(ctx, j.repo.Name, j.source, c.at, c.at.Add(c.opts.ValidFor))
	return Outcome{Name: j.repo.Name, Result: result(Unchanged, known.Listed)}, err
}

// fail keeps what was read before and records why there is nothing newer.
func (c *crawl) fail(ctx context.Context, j job, cause error) (Outcome, error) {
	if ctx.Err() != nil {
		return Outcome{}, context.Cause(ctx) // the crawl was stopped: not the repo's fault
	}
	c.opts.Log.Warn("recipe cannot be read; what was read before stays", "recipe", j.repo.Name, "error", cause)
	failure := []catalogue.Problem{problemf("", "cannot be read: %v", cause)}
	record := store.Recipe{Name: j.repo.Name, Source: j.source, Location: location(j.repo), Failure: failure}
	err := c.db.Fail(ctx, record, listing(j.repo))
	known := c.known[j.repo.Name]
	mayBeRecipe := known.Listed || known.Fingerprint == ""
	return Outcome{Name: j.repo.Name, Result: result(Failed, mayBeRecipe), Problems: failure}, err
}

func (c *crawl) save(ctx context.Context, j job, state store.State, kept store.Kept) (Outcome, error) {
	state.Source, state.CheckedAt, state.ValidUntil = j.source, c.at, c.at.Add(c.opts.ValidFor)
	if err := c.db.Save(ctx, state); err != nil {
		return Outcome{}, err
	}
	if known := c.known[state.Name]; known.Location != state.Location {
		c.dropMirror(known)
	}
	problems := append(moves(state.Tags, kept.Commits), state.Doc.Problems...)
	for _, p := range problems {
		c.opts.Log.Debug("recipe problem", "recipe", state.Name, "where", p.Where, "problem", p.Message)
	}
	return Outcome{
		Name: state.Name, Result: result(Read, state.Listed), Problems: problems,
		Versions: len(state.Tags), Commits: len(state.Readings),
	}, nil
}

func result(r Result, listed bool) Result {
	if !listed {
		return Skipped
	}
	return r
}

// moves tells the tags that name another commit than at the last crawl.
func moves(tags []store.Tag, before map[string]string) []catalogue.Problem {
	var problems []catalogue.Problem
	for _, tag := range tags {
		if was, ok := before[tag.Name]; ok && was != tag.Commit {
			problems = append(problems, problemf("tag "+tag.Name, "moved from commit %.10s to %.10s since the last crawl", was, tag.Commit))
		}
	}
	return problems
}

// dropMirror frees the disk; a mirror is only a copy.
func (c *crawl) dropMirror(r store.Recipe) {
	if r.Location == "" || catalogue.CheckName(r.Name) != nil {
		return
	}
	if err := os.RemoveAll(mirrorDir(c.opts.Data, r.Name, r.Location)); err != nil {
		c.opts.Log.Warn("a mirror that is not needed any more cannot be removed", "recipe", r.Name, "error", err)
	}
}
