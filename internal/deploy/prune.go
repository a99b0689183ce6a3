package deploy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/deploy/convert"
	"coopcloud.tech/catalogue/internal/deploy/release"
	engine "coopcloud.tech/catalogue/internal/deploy/swarm"
)

// prune removes the services that left the compose files, now that the others
// are well, and then what nothing refers to any more.
func (a *applier) prune(ctx context.Context) error {
	removed, err := a.pruneServices(ctx)
	if err != nil || a.session == nil {
		return err
	}
	this := *a.record
	this.Result = a.result
	kept, err := a.session.lock.Prune(ctx, slices.Concat([]release.Record{this}, a.session.records))
	if err == nil {
		a.awaitRemoved(ctx, removed)
		err = a.pruneObjects(ctx, kept, true)
	}
	if err != nil {
		return &outcome{ErrUnclear, fmt.Errorf("everything is deployed and up, but what it no longer needs could not all be removed; the next deploy that changes something tries again: %w", err)}
	}
	return nil
}

// awaitRemoved gives the tasks of removed services the time that most need: what
// they still hold on to stays until a later deploy.
func (a *applier) awaitRemoved(ctx context.Context, services []string) {
	ctx, cancel := context.WithTimeout(ctx, goneTimeout)
	defer cancel()
	_ = awaitGone(ctx, a.Swarm, a.plan.Stack, services)
}

const goneTimeout = 30 * time.Second

func (a *applier) pruneServices(ctx context.Context) (ids []string, err error) {
	for _, action := range a.plan.services(Remove) {
		if err := a.guard(ctx); err != nil {
			return ids, &outcome{ErrUnclear, err}
		}
		a.emit(Event{Phase: PrunePhase, Kind: ServiceKind, Name: action.Name, Op: Remove})
		if err := a.Swarm.RemoveService(ctx, action.ID); err != nil && !errors.Is(err, engine.ErrNotFound) {
			return ids, &outcome{ErrUnclear, fmt.Errorf("everything else is deployed, but service %s could not be removed: %w", action.Name, err)}
		}
		ids = append(ids, action.ID)
	}
	return ids, nil
}

// pruneObjects removes configs, file secrets and networks of the stack that
// neither a service nor a kept release refers to. With previous, the engine's own
// way back counts too: without its secrets and configs, docker service rollback
// ends in a service that cannot start.
func (a *applier) pruneObjects(ctx context.Context, kept []release.Record, previous bool) error {
	now, err := a.Swarm.Observe(ctx, a.plan.Stack, nil)
	if err != nil {
		return err
	}
	used := usedBy(now, previous)
	for _, record := range kept {
		if record.Stands() {
			used.add(record.Specs)
		}
	}
	var errs []error
	for _, one := range leftovers(now, a.plan.Stack, used) {
		errs = append(errs, a.pruneOne(ctx, one))
	}
	return errors.Join(errs...)
}

func (a *applier) pruneOne(ctx context.Context, one leftover) error {
	ctx, cancel := context.WithTimeout(ctx, pruneTimeout)
	defer cancel()
	err := a.removeOne(ctx, one.kind, one.name, func() error { return one.remove(ctx, a.Swarm) })
	// Another stack may use it, or a task that is about to end.
	if errors.Is(err, engine.ErrInUse) {
		return nil
	}
	return err
}

// pruneTimeout is how long the engine may take to let go of one object.
const pruneTimeout = 3 * time.Second

// uses are the objects that something refers to.
type uses map[object]bool

func usedBy(now *swarmState, previous bool) uses {
	used, names := uses{}, running{decider: decider{have: now}}
	for _, service := range now.Services {
		specs := []swarm.ServiceSpec{names.named(service.Spec)}
		if previous && service.PreviousSpec != nil {
			specs = append(specs, names.named(*service.PreviousSpec))
		}
		used.add(release.Specs{Services: specs})
	}
	return used
}

func (u uses) add(specs release.Specs) {
	for _, name := range specs.SecretNames() {
		u[object{SecretKind, name}] = true
	}
	for _, name := range specs.ConfigNames() {
		u[object{ConfigKind, name}] = true
	}
	for _, name := range specs.NetworkNames() {
		u[object{NetworkKind, name}] = true
	}
}

// leftover is an object that nothing refers to.
type leftover struct {
	object
	remove func(context.Context, *engine.Client) error
}

// leftovers are what the stack has made and nothing uses. Secrets without our
// label are an operator's, whatever tool made them: nobody could give them back.
func leftovers(now *swarmState, stack string, used uses) []leftover {
	var list []leftover
	add := func(o object, labels map[string]string, remove func(context.Context, *engine.Client) error) {
		if labels[convert.LabelNamespace] == stack && !used[o] {
			list = append(list, leftover{o, remove})
		}
	}
	for _, s := range now.Secrets {
		if s.Spec.Labels[LabelHash] != "" {
			add(object{SecretKind, s.Spec.Name}, s.Spec.Labels, func(ctx context.Context, c *engine.Client) error { return c.RemoveSecret(ctx, s.ID) })
		}
	}
	for _, s := range now.Configs {
		add(object{ConfigKind, s.Spec.Name}, s.Spec.Labels, func(ctx context.Context, c *engine.Client) error { return c.RemoveConfig(ctx, s.ID) })
	}
	for _, n := range now.Networks {
		if n.Scope == "swarm" {
			add(object{NetworkKind, n.Name}, n.Labels, func(ctx context.Context, c *engine.Client) error { return removeNetwork(ctx, c, n.ID) })
		}
	}
	return list
}
