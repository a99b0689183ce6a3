package deploy

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/Masterminds/semver/v3"
	"golang.org/x/sync/errgroup"

	"coopcloud.tech/catalogue/internal/deploy/release"
)

// Releases returns the records of a stack, newest first. What cannot be read as
// one is left out.
func (d *Deployer) Releases(ctx context.Context, stack string) ([]release.Record, error) {
	records, _, err := d.store(stack).List(ctx)
	return records, err
}

func (d *Deployer) store(stack string) *release.Store { return release.Open(d.Swarm, stack) }

// observe reads the state of a stack and its records.
func (d *Deployer) observe(ctx context.Context, stack string, configs []string) (have *swarmState, records []release.Record, err error) {
	group, asking := errgroup.WithContext(ctx)
	group.Go(func() (err error) { have, err = d.Swarm.Observe(ctx, stack, configs); return err })
	group.Go(func() (err error) { records, err = d.Releases(asking, stack); return err })
	return have, records, group.Wait()
}

// idle reports whether there is nothing to write, not even that an earlier
// release has come up. Then no lock is taken, and no release recorded.
func (p *Plan) idle() bool {
	current := release.Current(p.records)
	return !p.Writes() && (current == nil || current.Worked())
}

// releaseKind is what the release is called that the plan makes.
func (p *Plan) releaseKind() release.Kind {
	running, err := semver.NewVersion(p.Running)
	next, err2 := semver.NewVersion(p.Version)
	switch {
	case p.kind != "":
		return p.kind
	case err == nil && err2 == nil && next.GreaterThan(running) && !p.Chaos:
		return release.Upgrade
	}
	return release.Deploy
}

// specs are what the plan leads to.
func (p *Plan) specs() release.Specs {
	specs := release.Specs{DependsOn: p.DependsOn}
	for _, action := range p.Actions {
		switch {
		case action.service != nil:
			specs.Services = append(specs.Services, *action.service)
		case action.network != nil:
			specs.Networks = append(specs.Networks, *action.network)
		case action.config != nil:
			specs.Configs = append(specs.Configs, *action.config)
		}
	}
	return specs
}

// configs are the names of all configs that the plan has to do with.
func (p *Plan) configs() []string {
	names := p.specs().ConfigNames()
	for _, action := range p.Actions {
		if action.Kind == ConfigKind {
			names = append(names, action.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// planJSON is the plan as it was shown.
func planJSON(p *Plan) (json.RawMessage, error) { return json.Marshal(p) }

// who is who is at work, without what would break a line.
func (d *Deployer) who() string {
	if d.Who == "" {
		return "unknown"
	}
	return strings.Join(strings.Fields(d.Who), " ")
}

// History is Releases with a warning for each record that cannot be read.
func (d *Deployer) History(ctx context.Context, app *App) ([]release.Record, []string, error) {
	if err := d.Swarm.CheckManager(ctx); err != nil {
		return nil, nil, refused(err)
	}
	records, warnings, err := d.store(app.StackName()).List(ctx)
	if err != nil {
		return nil, nil, refused(err)
	}
	return records, warnings, nil
}

// LockHolder is who is at work on the app; nil where nobody is.
func (d *Deployer) LockHolder(ctx context.Context, app *App) (*release.Holder, error) {
	if err := d.Swarm.CheckManager(ctx); err != nil {
		return nil, refused(err)
	}
	holder, err := d.store(app.StackName()).Held(ctx)
	if err != nil {
		return nil, refused(err)
	}
	return holder, nil
}

// AwaitLock waits while someone is at work on the app, at most that long: a plan that
// is made meanwhile would be stale. waiting is told who it is, once.
func (d *Deployer) AwaitLock(ctx context.Context, app *App, wait time.Duration, waiting func(release.Holder)) error {
	if err := d.store(app.StackName()).AwaitFree(ctx, wait, waiting); err != nil {
		return refused(err)
	}
	return nil
}

// BreakLock takes the app's lock away from whoever holds it, who stops before the
// next write.
func (d *Deployer) BreakLock(ctx context.Context, app *App) error {
	if _, err := d.store(app.StackName()).Break(ctx); err != nil {
		return refused(err)
	}
	return nil
}
