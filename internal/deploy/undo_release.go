package deploy

import (
	"context"
	"errors"
	"slices"

	"coopcloud.tech/catalogue/internal/deploy/release"
)

// undoTo brings the stack to a release that is not what was observed before: a
// deploy that did not end lies in between. ctx ends the waiting, writes the rest.
func (a *applier) undoTo(ctx, writes context.Context) error {
	now, err := a.Swarm.Observe(writes, a.plan.Stack, configNames(a.goal.specs))
	if err != nil {
		return err
	}
	start, err := takeLook(writes, a.Swarm, a.plan.Stack)
	if err != nil {
		return err
	}
	back := a.backwards(now)
	// All at once: they ran together before.
	if _, err := back.rollout(writes, start, Options{NoWait: true}); err != nil {
		return err
	}
	removed, err := back.pruneServices(writes)
	if err != nil {
		return err
	}
	failures, err := back.newWaiter(UndoPhase, start, back.present(), false).wait(ctx, a.plan.timeout)
	if err == nil && len(failures) > 0 {
		err = Failures(failures)
	}
	if err = errors.Join(err, awaitGone(ctx, a.Swarm, a.plan.Stack, removed)); err != nil {
		return err
	}
	// Neither what has just failed nor what failed before is a way back.
	worked := slices.DeleteFunc(slices.Clone(a.session.records), func(r release.Record) bool { return !r.Worked() })
	return back.pruneObjects(writes, worked, false)
}

// backwards carries out the plan that leads from now to the goal.
func (a *applier) backwards(now *swarmState) *applier {
	// A mode that has to be replaced is, though nobody said --force: it was replaced
	// on the way here.
	plan := Decide(now, a.goal.specs, nil, Choices{})
	plan.App, plan.Version, plan.auths, plan.timeout = a.plan.App, a.plan.Version, a.plan.auths, a.plan.timeout
	quiet := *a.Deployer
	if a.Progress != nil {
		quiet.Progress = func(e Event) { e.Phase = UndoPhase; a.Progress(e) }
	}
	back := newApplier(&quiet, plan)
	back.fence, back.session = a.fence, a.session
	return back
}

// present are the services that the plan leaves, ID → name.
func (a *applier) present() map[string]string {
	ids := map[string]string{}
	for _, action := range a.plan.services(Create, Update, Replace, Keep) {
		id := a.ids[ServiceKind][action.Name]
		if id == "" {
			id = action.ID // it is kept
		}
		ids[id] = action.Name
	}
	return ids
}
