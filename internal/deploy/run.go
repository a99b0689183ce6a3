package deploy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"coopcloud.tech/catalogue/internal/deploy/release"
)

// Apply does what the plan says and waits until every service has converged. A
// failure puts the stack back to the last release that worked. Errors wrap
// ErrRefused, ErrLocked, ErrRestored or ErrUnclear, and Failures holds what did
// not converge.
func (d *Deployer) Apply(ctx context.Context, plan *Plan, o Options) error {
	if len(plan.Refused) > 0 {
		return refused(errors.New(strings.Join(plan.Refused, "\n")))
	}
	if !plan.idle() {
		why := strings.TrimSpace(fmt.Sprintf("%s %s", plan.releaseKind(), plan.Version))
		return d.locked(ctx, plan.App, plan.Stack, why, o.LockWait, func(ctx context.Context, s *session) error {
			return s.apply(ctx, plan, o)
		})
	}
	before, err := takeLook(ctx, d.Swarm, plan.Stack)
	if err != nil {
		return refused(err)
	}
	a := newApplier(d, plan)
	a.options = o
	return a.run(ctx, before)
}

// run does the work.
func (a *applier) run(ctx context.Context, before look) error {
	failures, err := a.rollout(ctx, before, a.options)
	switch {
	case err != nil:
		return a.broken(ctx, before, err)
	case len(failures) > 0:
		return a.failed(ctx, before, failures)
	case a.options.NoWait:
		a.result = release.Sent
		return nil
	}
	a.result = release.Converged
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
	case errors.Is(err, release.ErrLost), errors.Is(context.Cause(ctx), release.ErrLost):
		return a.interrupted(cmp.Or(lostCause(ctx), err))
	case ctx.Err() != nil, errors.Is(err, errUnseen):
		return a.interrupted(err)
	case !a.touched():
		a.result = release.RolledBack
		return refused(err)
	}
	return a.undone(ctx, before, err)
}

// lostCause tells who took the lock away; nil where nobody did.
func lostCause(ctx context.Context) error {
	if cause := context.Cause(ctx); errors.Is(cause, release.ErrLost) {
		return cause
	}
	return nil
}

// touched reports whether anything was changed, or may have been.
func (a *applier) touched() bool {
	return slices.Contains(slices.Collect(maps.Values(a.mine)), true)
}

// interrupted leaves everything as it is: the next deploy compares anew, and
// goes on from there.
func (a *applier) interrupted(err error) error {
	a.result = release.Interrupted
	next := "Run the deploy again to go on"
	if errors.Is(err, errUnseen) {
		next += "; where this manager is lost, through another one of its swarm (docker context, DOCKER_HOST, or a server of that manager's name)"
	}
	return &outcome{ErrUnclear, fmt.Errorf("stopped after %d of %d changes, and nothing was put back: %w\n%s",
		len(a.done), len(a.plan.Actions)-len(a.plan.kept()), err, next)}
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
		a.result = release.Converged // what it changed is well
		return &outcome{ErrUnclear, fmt.Errorf("%w\nThe deploy did not change what failed, and it was not healthy before; nothing was rolled back", failures)}
	case all(func(f Failure) bool { return f.Kind == TimedOut || f.Ill }):
		a.result = release.TimedOut
		return &outcome{ErrUnclear, fmt.Errorf("%w\nThe time is up, but it may still come up: nothing was rolled back. "+
			"Look with: catalogue app ps %s. Go on waiting with: catalogue app deploy %[2]s %s", failures, a.plan.App, a.plan.Version)}
	case a.options.Keep && a.first(before):
		return &outcome{ErrUnclear, fmt.Errorf("%w\nIt is kept as it is, for looking at. Deploy again, or remove it: catalogue app undeploy %s", failures, a.plan.App)}
	}
	return a.undone(ctx, before, failures)
}

// first reports whether nothing of the stack ran well before.
func (a *applier) first(before look) bool {
	if a.goal.specs != nil {
		return len(a.goal.specs.Services) == 0
	}
	return len(before.services) == 0
}

// undoTimeout bounds the writes that put a stack back.
const undoTimeout = 3 * time.Minute

// undone puts the stack back and says how that went.
func (a *applier) undone(ctx context.Context, before look, cause error) error {
	touched := a.dataTouched(ctx, before)
	err := a.undo(ctx, before)
	switch {
	case errors.Is(err, release.ErrLost):
		a.result = release.Interrupted
		return &outcome{ErrUnclear, fmt.Errorf("%w\nThe stack was about to be put back: %w. It is left as it was at that moment; look with: catalogue app ps %s", cause, err, a.plan.App)}
	case err != nil && ctx.Err() != nil:
		a.result = release.Interrupted
		return &outcome{ErrUnclear, fmt.Errorf("%w\nInterrupted while the stack was put back: whether it is healthy was not seen, and new secrets, configs and networks are left. "+
			"Look with: catalogue app ps %s. Run the deploy again to go on", cause, a.plan.App)}
	case err != nil:
		return &outcome{ErrUnclear, fmt.Errorf("%w\nPutting the stack back failed too: %w", cause, err)}
	}
	a.result = release.RolledBack
	kind := ErrRestored
	if touched != "" {
		kind = ErrUnclear // the program is back, and its data may not be
	}
	return &outcome{kind, fmt.Errorf("%w\nRolled back: %s%s", cause, a.restored(before), touched)}
}

func (a *applier) restored(before look) string {
	switch {
	case a.first(before):
		return "nothing of it is left but its volumes"
	case a.goal.specs != nil:
		return "the stack is back at " + a.goal.name
	}
	return "the stack is as it was"
}
