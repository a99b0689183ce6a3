package deploy

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"coopcloud.tech/catalogue/internal/deploy/release"
)

// PlanRollback plans the way to an earlier release, by its record alone: neither
// the recipe nor the catalogue nor a registry is needed. which is a release's
// number or its version; "" is the last one that worked before the one that runs.
// The record comes along with the plan.
func (d *Deployer) PlanRollback(ctx context.Context, app *App, which string, o Options) (*Plan, *release.Record, error) {
	if err := d.Swarm.CheckManager(ctx); err != nil {
		return nil, nil, refused(err)
	}
	records, _, err := d.History(ctx, app)
	if err != nil {
		return nil, nil, err
	}
	target, err := rollbackTarget(records, app, which)
	if err != nil {
		return nil, nil, refused(err)
	}
	want := target.Specs.Wanted(target.Stack)
	have, records, err := d.observe(ctx, want.Stack, configNames(want))
	if err != nil {
		return nil, nil, refused(err)
	}
	plan := Decide(have, want, nil, o.Choices)
	plan.describeRollback(app, target, have)
	plan.records, plan.auths = records, d.credentials(ctx, target)
	plan.Refused = append(plan.Refused, (&Desired{App: app, Specs: want}).missing(have)...)
	plan.Warnings = append(plan.Warnings, plan.dataStays()...)
	return plan, target, nil
}

func (p *Plan) describeRollback(app *App, target *release.Record, have *swarmState) {
	p.App, p.Server, p.kind, p.env = app.Domain, app.Server, release.Rollback, target.Env
	p.Recipe, p.Version, p.Commit, p.Chaos = target.Recipe, target.Version, target.Commit, target.Chaos
	p.Running = RunningVersion(have.Services, target.Stack)
	for _, service := range target.Specs.Services {
		p.timeout = max(p.timeout, seconds(service.Labels["coop-cloud."+target.Stack+".timeout"]))
	}
}

// credentials are those for the images of a release. Without one, nodes that have
// the image still run it.
func (d *Deployer) credentials(ctx context.Context, target *release.Record) map[string]string {
	lookup := newLookup(d.Swarm)
	lookup.all(ctx, images(&Desired{Specs: target.Specs.Wanted(target.Stack)}), true)
	return lookup.auths
}

// dataStays names the services whose image changes, and whose volumes do not.
func (p *Plan) dataStays() []string {
	var names []string
	for _, action := range p.services(Update, Replace) {
		moves := slices.ContainsFunc(action.Changes, func(c Change) bool { return c.Field == "image" })
		if moves && hasVolume(action.service.TaskTemplate) {
			names = append(names, action.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("the data of %s stays as it is: an older program may not be able to read what a newer one has written", strings.Join(names, ", "))}
}

// rollbackTarget chooses the release to go back to.
func rollbackTarget(records []release.Record, app *App, which string) (*release.Record, error) {
	current := release.Current(records)
	if current == nil {
		return nil, fmt.Errorf("%s has no release to go back to; see: catalogue app history %[1]s", app.Domain)
	}
	fits := func(r release.Record) bool { return r.Number < current.Number && r.Worked() }
	if which != "" {
		fits = func(r release.Record) bool {
			return strconv.Itoa(r.Number) == which || r.Version == which && r.Worked()
		}
	}
	for i := range records {
		if fits(records[i]) && records[i].Runs() {
			return &records[i], nil
		}
	}
	if which == "" {
		return nil, fmt.Errorf("%s has no earlier release that worked; see: catalogue app history %[1]s", app.Domain)
	}
	return nil, fmt.Errorf("%s has no release %s that ran anything; see: catalogue app history %[1]s", app.Domain, which)
}
