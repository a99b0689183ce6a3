package index

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/distribution/reference"
	"golang.org/x/sync/errgroup"

	"coopcloud.tech/catalogue/internal/index/lifecycle"
	"coopcloud.tech/catalogue/internal/index/store"
	"coopcloud.tech/catalogue/internal/upstream"
)

// Images say how the images of each recipe's newest version are checked.
type Images struct {
	Registries *upstream.Client
	EndOfLife  *lifecycle.Client // nil: not asked
	MinAge     time.Duration     // a tag that was pushed later than this ago waits
	Within     time.Duration     // for all checks of one crawl; default 10 minutes. The next crawl goes on from there

	// Before, where set, is called with the report so far once the recipes are read and
	// images are due: to publish what is known, since what comes may take long.
	Before func(context.Context, Report) error

	// Progress, where set, is called after each image, never twice at once.
	Progress func(done, total int, image string)
}

const (
	defaultWithin = 10 * time.Minute
	hostsAtOnce   = 16
	perHost       = 4 // images at a time; the client bounds its requests itself
)

// checkImages asks registries about the images that are due: one host's do not wait for
// another's. What could not be asked keeps its older answer.
func (c *crawl) checkImages(ctx context.Context) error {
	if c.opts.Images == nil {
		return nil
	}
	due, err := c.dueImages(ctx)
	if err != nil {
		return err
	}
	c.report.imagesDue(len(due))
	if c.opts.Images.Before != nil && len(due) > 0 {
		if err := c.opts.Images.Before(ctx, c.report.finish(c.at, time.Since(c.started))); err != nil {
			return err
		}
	}
	return c.checkAll(ctx, due)
}

// checkAll is bounded in time.
func (c *crawl) checkAll(ctx context.Context, due []target) error {
	within := c.opts.Images.Within
	if within <= 0 {
		within = defaultWithin
	}
	limited, cancel := context.WithTimeoutCause(ctx, within, fmt.Errorf("not done after %s", within))
	defer cancel()
	hosts, asking := errgroup.WithContext(limited)
	hosts.SetLimit(hostsAtOnce)
	for _, ofHost := range byHost(due) {
		hosts.Go(func() error { return c.checkHost(asking, ofHost) })
	}
	if err := hosts.Wait(); err != nil {
		return err
	}
	return context.Cause(ctx)
}

// byHost keeps the order of one host's images.
func byHost(due []target) map[string][]target {
	hosts := map[string][]target{}
	for _, t := range due {
		host := ""
		if named, err := reference.ParseNormalizedNamed(t.key.Reference); err == nil {
			host = reference.Domain(named)
		}
		hosts[host] = append(hosts[host], t)
	}
	return hosts
}

func (c *crawl) checkHost(ctx context.Context, due []target) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(perHost)
	for _, t := range due {
		if ctx.Err() != nil {
			break // out of time: the next crawl goes on with these
		}
		group.Go(func() error { return c.checkImage(ctx, t) })
	}
	return group.Wait()
}

// checkImage asks, and keeps the answer. An error is the store's.
func (c *crawl) checkImage(ctx context.Context, t target) error {
	check, isMissing, err := c.ask(ctx, t)
	if ctx.Err() != nil {
		return nil // out of time, or stopped: not the registry's fault
	}
	if err != nil {
		check = upstream.Check{Err: err}
	}
	image := c.answered(t, check, isMissing)
	c.addEndOfLife(ctx, t, &image)
	if image.Failure != "" {
		c.opts.Log.Debug("image could not be checked; what was answered before stays", "image", t.key.Reference, "error", image.Failure)
	}
	if err := c.keep(ctx, t, image, check.Image.Digest); err != nil {
		return err
	}
	c.report.imageChecked(image, func(done, total int) { c.opts.Images.progress(done, total, t.key.Reference) })
	return nil
}

func (i *Images) progress(done, total int, image string) {
	if i.Progress != nil {
		i.Progress(done, total, image)
	}
}

// ask makes a panic an error: one registry that finds a bug must not take the others
// down.
func (c *crawl) ask(ctx context.Context, t target) (check upstream.Check, isMissing bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			c.opts.Log.Error("panic while checking an image; please report it", "image", t.key.Reference, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("internal error: %v; please report it", p)
		}
	}()
	check = c.opts.Images.Registries.Check(ctx, t.key.Reference, upstream.CheckOptions{
		MinAge: c.opts.Images.MinAge, Known: upstream.Image{Digest: t.key.Known}, Details: true,
	})
	return check, c.isMissing(ctx, t, &check), nil
}

// addEndOfLife keeps the older answer where there is no newer one.
func (c *crawl) addEndOfLife(ctx context.Context, t target, image *store.Image) {
	if c.opts.Images.EndOfLife == nil {
		return
	}
	end, err := c.opts.Images.EndOfLife.Of(ctx, t.image, t.tag)
	if err != nil {
		c.opts.Log.Warn("the end of life of an image is not known", "image", t.key.Reference, "error", err)
	}
	if err == nil || end != nil {
		image.Answer.EndOfLife = end
	}
}

// keep saves the answer, and records what the tag names, if that was asked now, for the
// versions that run it and were not checked before.
func (c *crawl) keep(ctx context.Context, t target, image store.Image, digest string) error {
	if digest != "" && !t.pinned {
		if t.key.Known == "" {
			image.Known = digest // from now on it is compared with this
		}
		record := store.Record{Digest: digest, Platforms: image.Answer.Platforms}
		if err := c.db.Record(ctx, t.uses, record, c.at); err != nil {
			return err
		}
	}
	return c.db.SaveImage(ctx, image)
}

// target is an image to check.
type target struct {
	key        store.ImageKey
	image, tag string // of the reference
	pinned     bool   // it has a digest of its own
	uses       []store.Use
	before     store.Image // zero where it was never checked
}

// maxTargets bounds the images of one recipe; real ones have up to 30.
const maxTargets = 200

// dueImages lists what is to be checked now, those first that wait longest, and forgets
// what nothing runs any more.
func (c *crawl) dueImages(ctx context.Context) ([]target, error) {
	states, err := c.db.States(ctx)
	if err != nil {
		return nil, err
	}
	seen, err := loadImages(ctx, c.db)
	if err != nil {
		return nil, err
	}
	wanted := seen.targets(states)
	var due []target
	for _, t := range wanted {
		if t.before.Question != c.question() || !c.at.Before(t.before.DueAt) || t.before.AskedAt.After(c.at) {
			due = append(due, *t)
		}
	}
	slices.SortFunc(due, func(a, b target) int {
		if order := a.before.AskedAt.Compare(b.before.AskedAt); order != 0 {
			return order
		}
		return strings.Compare(a.key.Reference+" "+a.key.Known, b.key.Reference+" "+b.key.Known)
	})
	return due, c.db.DropImages(ctx, seen.unused(wanted))
}

// question names what an answer depends on besides the image.
func (c *crawl) question() string {
	return digest(c.opts.Program, c.opts.Images.MinAge, c.opts.Images.EndOfLife != nil)
}
