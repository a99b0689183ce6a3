package deploy

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/docker/docker/api/types/swarm"
	"golang.org/x/sync/errgroup"

	engine "coopcloud.tech/catalogue/internal/deploy/swarm"
)

// undo puts the stack back to the goal, which mostly is what was observed. It
// goes by what the swarm holds now and not by what was sent: an answer may have
// been lost on the way.
func (a *applier) undo(ctx context.Context, before look) error {
	// Ctrl-C must not leave the stack half back.
	writes, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoTimeout)
	defer cancel()
	if a.goal.specs != nil {
		return a.undoTo(ctx, writes)
	}
	now, err := a.Swarm.Observe(writes, a.plan.Stack, a.plan.configs())
	if err != nil {
		return err
	}
	start, err := takeLook(writes, a.Swarm, a.plan.Stack)
	if err != nil {
		return err
	}
	u := &undoer{applier: a, now: now, restored: map[string]string{}}
	if err := u.services(writes); err != nil {
		return err
	}
	if err := u.await(ctx, start, before); err != nil {
		return err
	}
	return u.objects(writes)
}

// undoer is one undo.
type undoer struct {
	*applier
	now      *swarmState
	restored map[string]string // ID → name of services that run their old spec
	removed  []string          // IDs of services that are gone
}

// services puts back every one that it can: a service that resists must not keep
// the others from running again.
func (u *undoer) services(ctx context.Context) error {
	actions := u.plan.services(Create, Update, Replace)
	errs := make([]error, len(actions))
	var group errgroup.Group
	group.SetLimit(parallel)
	for i, action := range actions {
		group.Go(func() error {
			if err := u.service(ctx, action); err != nil {
				errs[i] = fmt.Errorf("service %s: %w", action.Name, err)
			}
			return nil
		})
	}
	_ = group.Wait() // the errors are in errs
	return errors.Join(errs...)
}

func (u *undoer) service(ctx context.Context, action Action) error {
	before, now := u.plan.service(action.ID), named(u.now.Services, action.Name)
	switch {
	case before == nil && now == nil, !u.mine[action.object()]:
		return nil
	case before == nil:
		return u.remove(ctx, now)
	case now == nil || now.ID != before.ID:
		return u.recreate(ctx, before, now)
	case reflect.DeepEqual(now.Spec, before.Spec) && !rollbackStuck(now):
		u.note(before.ID, action.Name)
		return nil
	}
	u.emit(Event{Phase: UndoPhase, Kind: ServiceKind, Name: action.Name, Op: Update})
	u.note(before.ID, action.Name)
	return u.restore(ctx, *now, before.Spec)
}

// rollbackStuck: the engine put the old spec back, and then gave up.
func rollbackStuck(service *swarm.Service) bool {
	return service.UpdateStatus != nil && service.UpdateStatus.State == swarm.UpdateStateRollbackPaused
}

func (u *undoer) note(id, name string) {
	u.mutex.Lock()
	defer u.mutex.Unlock()
	u.restored[id] = name
}

func (u *undoer) remove(ctx context.Context, service *swarm.Service) error {
	u.emit(Event{Phase: UndoPhase, Kind: ServiceKind, Name: service.Spec.Name, Op: Remove})
	if err := u.guard(ctx); err != nil {
		return err
	}
	err := u.Swarm.RemoveService(ctx, service.ID)
	if err != nil && !errors.Is(err, engine.ErrNotFound) {
		return err
	}
	u.mutex.Lock()
	defer u.mutex.Unlock()
	u.removed = append(u.removed, service.ID)
	return nil
}

// recreate undoes a replacement.
func (u *undoer) recreate(ctx context.Context, before, now *swarm.Service) error {
	if now != nil {
		if err := u.remove(ctx, now); err != nil {
			return err
		}
	}
	u.emit(Event{Phase: UndoPhase, Kind: ServiceKind, Name: before.Spec.Name, Op: Create})
	if err := u.guard(ctx); err != nil {
		return err
	}
	id, err := u.Swarm.CreateService(ctx, before.Spec, u.plan.auth(before.Spec))
	if err == nil {
		u.note(id, before.Spec.Name)
	}
	return err
}

// restore sends the old spec, whatever the orchestrator does to the version
// meanwhile. A spec that a third party wrote is left alone.
func (u *undoer) restore(ctx context.Context, now swarm.Service, old swarm.ServiceSpec) error {
	for range maxRetries {
		if err := u.guard(ctx); err != nil {
			return err
		}
		err := u.Swarm.UpdateService(ctx, now.ID, now.Version, old, "")
		if !errors.Is(err, engine.ErrOutOfSequence) {
			return err
		}
		next, err := u.Swarm.Service(ctx, now.ID)
		if err != nil {
			return err
		}
		if !reflect.DeepEqual(next.Spec, now.Spec) && !reflect.DeepEqual(next.Spec, old) {
			return fmt.Errorf("%w: someone changed it during the deploy; it is left as they made it", engine.ErrOutOfSequence)
		}
		now = next
	}
	return engine.ErrOutOfSequence
}

// await waits for restored services that were well before, and for the tasks of
// removed ones to end.
func (u *undoer) await(ctx context.Context, start, before look) error {
	ids := map[string]string{}
	for id, name := range u.restored {
		_, existed := before.services[id]
		if !existed || newWatch(id, name, nil).look(before).converged {
			ids[id] = name
		}
	}
	failures, err := u.newWaiter(UndoPhase, start, ids, false).wait(ctx, u.plan.timeout)
	if err == nil && len(failures) > 0 {
		err = Failures(failures)
	}
	return errors.Join(err, awaitGone(ctx, u.Swarm, u.plan.Stack, u.removed))
}

func named(services []swarm.Service, name string) *swarm.Service {
	for i := range services {
		if services[i].Spec.Name == name {
			return &services[i]
		}
	}
	return nil
}
