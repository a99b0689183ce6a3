package deploy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/docker/docker/api/types/network"

	engine "coopcloud.tech/catalogue/internal/deploy/swarm"
)

// objects removes the secrets, configs and networks that the deploy created,
// and gives labels back.
func (u *undoer) objects(ctx context.Context) error {
	var errs []error
	for _, action := range u.plan.Actions {
		if action.Kind == ServiceKind || !u.mine[action.object()] {
			continue
		}
		if err := u.object(ctx, action); err != nil && !errors.Is(err, engine.ErrNotFound) {
			errs = append(errs, fmt.Errorf("%s %s: %w", action.Kind, action.Name, err))
		}
	}
	return errors.Join(errs...)
}

func (u *undoer) object(ctx context.Context, action Action) error {
	if err := u.guard(ctx); err != nil {
		return err
	}
	now := decider{have: u.now}
	switch action.Kind {
	case NetworkKind:
		if have, found := swarmNetwork(u.now.Networks, action.Name); found {
			return removeNetwork(ctx, u.Swarm, have.ID)
		}
	case SecretKind:
		have, found := now.secret(action.Name)
		if found && action.Op == Create {
			return retryInUse(ctx, func() error { return u.Swarm.RemoveSecret(ctx, have.ID) })
		}
		if old, existed := (&decider{have: u.plan.observed}).secret(action.Name); found && existed {
			return u.Swarm.UpdateSecret(ctx, have.ID, have.Version, old.Spec)
		}
	case ConfigKind:
		have, found := now.config(action.Name)
		if found && action.Op == Create {
			return retryInUse(ctx, func() error { return u.Swarm.RemoveConfig(ctx, have.ID) })
		}
		if old, existed := (&decider{have: u.plan.observed}).config(action.Name); found && existed {
			return u.Swarm.UpdateConfig(ctx, have.ID, have.Version, old.Spec)
		}
	}
	return nil
}

// removeNetwork waits until the network is in no list any more: the engine takes a
// moment, in which the next deploy would find it, and use it.
func removeNetwork(ctx context.Context, client *engine.Client, id string) error {
	if err := retryInUse(ctx, func() error { return client.RemoveNetwork(ctx, id) }); err != nil {
		return err
	}
	return retryInUse(ctx, func() error {
		networks, err := client.Networks(ctx)
		if slices.ContainsFunc(networks, func(n network.Summary) bool { return n.ID == id }) {
			return engine.ErrInUse
		}
		return err
	})
}

// retryInUse tries until the engine has let go of the object: it does so a
// moment after the last task ended.
func retryInUse(ctx context.Context, remove func() error) error {
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for {
		err := remove()
		if !errors.Is(err, engine.ErrInUse) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-tick.C:
		}
	}
}

// awaitGone waits until no task of the services runs any more. The engine may
// keep the tasks of a finished job for ever, and nobody hears of those on a node
// that is down.
func awaitGone(ctx context.Context, client *engine.Client, stack string, services []string) error {
	ctx, cancel := context.WithTimeout(ctx, undoTimeout)
	defer cancel()
	gone := map[string]bool{}
	for _, id := range services {
		gone[id] = true
	}
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for len(services) > 0 {
		l, err := takeLook(ctx, client, stack)
		left := 0
		for _, task := range l.tasks {
			if gone[task.ServiceID] && rank(task.Status.State) <= runningRank && (task.NodeID == "" || l.ready[task.NodeID]) {
				left++
			}
		}
		if err == nil && left == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d tasks of removed services have not ended: %w", left, errors.Join(ctx.Err(), err))
		case <-tick.C:
		}
	}
	return nil
}
