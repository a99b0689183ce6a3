package deploy

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"
)

// rollout does everything but removals: networks, then secrets and configs, then
// services, each once what it depends on has come up. It waits until every
// service has converged, unless asked not to. Failures are the services that did
// not; the error is a write that failed, ctx's, or errUnseen.
func (a *applier) rollout(ctx context.Context, before look, o Options) (Failures, error) {
	for _, kinds := range [][]Kind{{NetworkKind}, {SecretKind, ConfigKind}} {
		if err := a.sendAll(ctx, a.plan.objects(kinds...)); err != nil {
			return nil, err
		}
	}
	q := newQueue(a)
	if o.NoWait {
		return nil, a.sendAll(ctx, q.waiting)
	}
	w := a.newWaiter(WaitPhase, before, a.unchanged(), true)
	w.queue = q
	asked := o.Timeout
	if asked <= 0 {
		asked = a.plan.timeout
	}
	failures, err := w.wait(ctx, asked)
	q.giveUp(w)
	for i := range failures {
		failures[i].Held = q.heldBy(failures[i].Service)
	}
	return failures, err
}

// objects are the writes, but for removals, of some kinds.
func (p *Plan) objects(kinds ...Kind) []Action {
	var found []Action
	for _, a := range p.Actions {
		if slices.Contains(kinds, a.Kind) && a.Op != Keep && a.Op != Remove {
			found = append(found, a)
		}
	}
	return found
}

// unchanged are the services that the plan keeps, ID → name.
func (a *applier) unchanged() map[string]string {
	ids := map[string]string{}
	for _, action := range a.plan.services(Keep) {
		ids[action.ID] = action.Name
	}
	return ids
}

// feed sends the services that wait for nothing any more, and has them watched.
func (w *waiter) feed(ctx context.Context) error {
	q := w.queue
	if q == nil {
		return nil
	}
	ready := q.take(w.holds)
	for _, action := range ready {
		q.release(w, action)
	}
	if err := q.sendAll(ctx, ready); err != nil {
		return err
	}
	for _, action := range ready {
		w.watch(q.ids[ServiceKind][action.Name], action.Name, false)
	}
	q.tell(w)
	return nil
}

// sendAll does some writes side by side. On failure the rest is left out, but
// what is on its way is waited for: the engine would finish it unseen, after the
// undo.
func (a *applier) sendAll(ctx context.Context, actions []Action) error {
	group, siblings := errgroup.WithContext(ctx)
	group.SetLimit(parallel)
	for _, action := range actions {
		group.Go(func() error {
			if err := siblings.Err(); err != nil {
				return err
			}
			return a.one(ctx, action)
		})
	}
	return group.Wait()
}
