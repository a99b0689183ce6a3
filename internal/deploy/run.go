package deploy

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	engine "coopcloud.tech/catalogue/internal/deploy/swarm"
)

// Apply does what the plan says and waits until every service has converged. A
// failure puts the stack back as it was. Errors wrap ErrRefused, ErrRestored or
// ErrUnclear, and Failures holds what did not converge.
func (d *Deployer) Apply(ctx context.Context, plan *Plan, o Options) error {
	if len(plan.Refused) > 0 {
		return refused(errors.New(strings.Join(plan.Refused, "\n")))
	}
	before, err := takeLook(ctx, d.Swarm, plan.Stack)
	if err != nil {
		return refused(err)
	}
	a := newApplier(d, plan)
	failures, err := a.rollout(ctx, before, o)
	switch {
	case err != nil:
		return a.broken(ctx, before, err)
	case len(failures) > 0:
		return a.failed(ctx, before, failures)
	case o.NoWait:
		return nil
	}
	return a.prune(ctx)
}

// Failures are the services because of which a deploy failed.
type Failures []Failure

func (f Failures) Error() string {
	lines := make([]string, len(f))
	for i, failure := range f {
		lines[i] = failure.Error()
	}
	return strings.Join(lines, "\n")
}

// broken is the end of a deploy that could not go on: a write failed, or nobody
// could see how the stack fares.
func (a *applier) broken(ctx context.Context, before look, err error) error {
	switch {
	case ctx.Err() != nil, errors.Is(err, errUnseen):
		return a.interrupted(err)
	case !a.touched():
		return refused(err)
	}
	return a.undone(ctx, before, err)
}

// touched reports whether anything was changed, or may have been.
func (a *applier) touched() bool {
	return slices.Contains(slices.Collect(maps.Values(a.mine)), true)
}

// interrupted leaves everything as it is: the next deploy compares anew, and
// goes on from there.
func (a *applier) interrupted(err error) error {
	return &outcome{ErrUnclear, fmt.Errorf("stopped after %d of %d changes, and nothing was put back: %w\nRun the deploy again to go on",
		len(a.done), len(a.plan.Actions)-len(a.plan.kept()), err)}
}

func (p *Plan) kept() []Action {
	return slices.DeleteFunc(slices.Clone(p.Actions), func(a Action) bool { return a.Op != Keep })
}

// failed decides what becomes of a stack that did not converge.
func (a *applier) failed(ctx context.Context, before look, failures Failures) error {
	all := func(is func(Failure) bool) bool {
		return !slices.ContainsFunc(failures, func(f Failure) bool { return !is(f) })
	}
	switch {
	case all(func(f Failure) bool { return f.Ill }):
		return &outcome{ErrUnclear, fmt.Errorf("%w\nThe deploy did not change what failed, and it was not healthy before; nothing was rolled back", failures)}
	case all(func(f Failure) bool { return f.Kind == TimedOut || f.Ill }):
		return &outcome{ErrUnclear, fmt.Errorf("%w\nThe time is up, but it may still come up: nothing was rolled back. "+
			"Look with: catalogue app ps %s. Go on waiting with: catalogue app deploy %[2]s %s", failures, a.plan.App, a.plan.Version)}
	}
	return a.undone(ctx, before, failures)
}

// prune removes the services that left the compose files, now that the others
// are well.
func (a *applier) prune(ctx context.Context) error {
	for _, action := range a.plan.services(Remove) {
		if err := a.guard(ctx); err != nil {
			return &outcome{ErrUnclear, err}
		}
		a.emit(Event{Phase: PrunePhase, Kind: ServiceKind, Name: action.Name, Op: Remove})
		if err := a.Swarm.RemoveService(ctx, action.ID); err != nil && !errors.Is(err, engine.ErrNotFound) {
			return &outcome{ErrUnclear, fmt.Errorf("everything else is deployed, but service %s could not be removed: %w", action.Name, err)}
		}
	}
	return nil
}

// undoTimeout bounds the writes that put a stack back.
const undoTimeout = 3 * time.Minute

// undone puts the stack back and says how that went.
func (a *applier) undone(ctx context.Context, before look, cause error) error {
	touched := a.dataTouched(ctx, before)
	err := a.undo(ctx, before)
	if err != nil && ctx.Err() != nil {
		return &outcome{ErrUnclear, fmt.Errorf("%w\nInterrupted while the stack was put back: whether it is healthy was not seen, and new secrets, configs and networks are left. "+
			"Look with: catalogue app ps %s. Run the deploy again to go on", cause, a.plan.App)}
	}
	if err != nil {
		return &outcome{ErrUnclear, fmt.Errorf("%w\nPutting the stack back failed too: %w", cause, err)}
	}
	end := "Rolled back: the stack is as it was"
	if len(before.services) == 0 {
		end = "Rolled back: nothing of it is left but its volumes"
	}
	return &outcome{ErrRestored, fmt.Errorf("%w\n%s%s", cause, end, touched)}
}
