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
// the recipe nor the catalogue is needed, and of a registry no more than that it
// still has the images. What would keep a deploy from going well refuses. which is a release's
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
	want := &Desired{App: app, Specs: target.Specs.Wanted(target.Stack)}
	o.SkipDomain = true // the names are those of now, whatever runs behind them
	found, err := d.gather(ctx, want, o)
	if err != nil {
		return nil, nil, refused(err)
	}
	// Without what the registry says: the recorded digests hold.
	plan := Decide(found.have, want.Specs, nil, o.Choices)
	plan.describeRollback(app, target, found.have)
	plan.records, plan.auths = found.records, found.images.auths
	plan.Refused = append(plan.Refused, want.missing(found.have)...)
	plan.Warnings = slices.Concat(plan.Warnings, plan.lostImages(found.images.found), plan.dataStays())
	plan.unstick(found.around.Nodes)
	plan.preflight(found, o, func(...string) string { return "" }) // there are no files
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

// lostImages warns of images that new tasks need and that the registry does not
// have any more, or not for us: nodes that have them still run them.
func (p *Plan) lostImages(found map[string]imageFacts) []string {
	var warnings []string
	for _, action := range p.services(Create, Update, Replace) {
		image := familiar(action.service.TaskTemplate.ContainerSpec.Image)
		old := p.service(action.ID)
		if problem := found[image].Problem; problem != "" && (old == nil || !runsImage(old.Spec, image)) {
			warnings = append(warnings, fmt.Sprintf("service %s: image %s cannot be found any more, and only nodes that have it can run it: %s", action.Name, image, problem))
		}
	}
	return warnings
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
