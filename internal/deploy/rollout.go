package deploy

import (
	"context"
	"errors"
	"fmt"

	"github.com/docker/docker/api/types/swarm"
)

// errUnseen: the swarm cannot be asked how the services fare. What was sent may
// well come up, so nothing is put back.
var errUnseen = errors.New("the swarm does not answer")

// rollout does everything but removals, and waits until every service has
// converged, unless asked not to. Failures are the services that did not; the
// error is a write that failed, ctx's, or errUnseen.
func (a *applier) rollout(ctx context.Context, before look, o Options) (Failures, error) {
	if err := a.write(ctx); err != nil || o.NoWait {
		return nil, err
	}
	failures, err := a.converge(ctx, before, o)
	if err != nil && ctx.Err() == nil {
		err = fmt.Errorf("%w: %w", errUnseen, err)
	}
	return failures, err
}

func (a *applier) converge(ctx context.Context, before look, o Options) (Failures, error) {
	ids, untouched := map[string]string{}, map[string]bool{}
	var specs []swarm.ServiceSpec
	for _, action := range a.plan.services(Create, Update, Replace, Keep) {
		id := action.ID
		if action.Op != Keep {
			id = a.ids[ServiceKind][action.Name]
		}
		ids[id], untouched[id] = action.Name, action.Op == Keep
		specs = append(specs, *action.service)
	}
	timeout := o.Timeout
	if timeout <= 0 {
		timeout = patience(a.plan.timeout, specs)
	}
	return a.newWaiter(WaitPhase, before, ids, untouched).wait(ctx, timeout)
}
