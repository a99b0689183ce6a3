package deploy

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/docker/docker/api/types/network"
	"golang.org/x/sync/errgroup"

	"coopcloud.tech/catalogue/internal/deploy/convert"
	"coopcloud.tech/catalogue/internal/deploy/release"
	engine "coopcloud.tech/catalogue/internal/deploy/swarm"
)

// Removal is what an undeploy removes, each list of names sorted.
type Removal struct {
	App      string   `json:"app"`
	Server   string   `json:"server"`
	Stack    string   `json:"stack"`
	Services []string `json:"services"`
	Secrets  []string `json:"secrets"`
	Configs  []string `json:"configs"`
	Networks []string `json:"networks"`

	observed *swarmState
}

// Empty reports whether the app is not deployed at all.
func (r *Removal) Empty() bool {
	return len(r.Services)+len(r.Secrets)+len(r.Configs)+len(r.Networks) == 0
}

// PlanRemoval decides what an undeploy removes: what carries the stack's label,
// but for the app's own secrets. Volumes stay, and so do secrets that an
// operator generated or inserted: neither can be had again.
func (d *Deployer) PlanRemoval(ctx context.Context, app *App) (*Removal, error) {
	if err := d.Swarm.CheckManager(ctx); err != nil {
		return nil, refused(err)
	}
	r := &Removal{App: app.Domain, Server: app.Server, Stack: app.StackName()}
	have, err := d.Swarm.Observe(ctx, r.Stack, nil)
	if err != nil {
		return nil, refused(err)
	}
	r.choose(have, app)
	return r, nil
}

func (r *Removal) choose(have *swarmState, app *App) {
	r.observed = &swarmState{}
	r.Services, r.Secrets, r.Configs, r.Networks = []string{}, []string{}, []string{}, []string{}
	for _, s := range have.Services {
		r.Services = append(r.Services, s.Spec.Name)
	}
	r.observed.Services = have.Services
	own := ownSecrets(app, r.Stack)
	for _, s := range have.Secrets {
		if s.Spec.Labels[convert.LabelNamespace] == r.Stack && !own[strings.ToLower(s.Spec.Name)] {
			r.Secrets = append(r.Secrets, s.Spec.Name)
			r.observed.Secrets = append(r.observed.Secrets, s)
		}
	}
	for _, c := range have.Configs {
		r.Configs = append(r.Configs, c.Spec.Name)
	}
	r.observed.Configs = have.Configs
	for _, n := range have.Networks {
		if n.Labels[convert.LabelNamespace] == r.Stack {
			r.Networks = append(r.Networks, n.Name)
			r.observed.Networks = append(r.observed.Networks, n)
		}
	}
}

// ownSecrets are the names, in lower case, of the secrets that the app's env
// gives versions to. Some tools label them as part of the stack.
func ownSecrets(app *App, stack string) map[string]bool {
	own := map[string]bool{}
	vars, _ := app.Env.Expand(nil)
	for key, version := range vars {
		name, isSecret := strings.CutPrefix(key, "SECRET_")
		name, isVersion := strings.CutSuffix(name, "_VERSION")
		if isSecret && isVersion {
			own[strings.ToLower(stack+"_"+name+"_"+version)] = true
		}
	}
	return own
}

// Remove does what the removal says: services, then secrets and configs, and
// networks once the last task has ended, or their addresses leak (moby#37338).
// wait is how long to wait while someone else is at work on the stack.
func (d *Deployer) Remove(ctx context.Context, r *Removal, wait time.Duration) error {
	if r.Empty() {
		return nil
	}
	return d.locked(ctx, r.App, r.Stack, string(release.Undeploy), wait, func(ctx context.Context, s *session) error {
		return s.remove(ctx, r)
	})
}

func (s *session) remove(ctx context.Context, r *Removal) error {
	if err := s.recordBefore(ctx, r); err != nil {
		return refused(err)
	}
	a := &applier{Deployer: s.Deployer, plan: &Plan{Stack: r.Stack}, fence: s.lock.Fence, session: s, result: release.Interrupted}
	a.record = &release.Record{
		Kind: release.Undeploy, App: r.App, Version: RunningVersion(r.observed.Services, r.Stack),
		Who: s.who(), Client: s.Client, Started: time.Now().UTC().Truncate(time.Second),
	}
	if err := s.lock.Add(ctx, a.record); err != nil {
		return refused(err)
	}
	err := a.removeAll(ctx, r)
	if err == nil {
		a.result = release.Converged
	}
	s.end(ctx, a, err)
	return err
}

// recordBefore records what runs where another tool changed it: a rollback brings it
// back.
func (s *session) recordBefore(ctx context.Context, r *Removal) error {
	now, err := s.Swarm.Observe(ctx, r.Stack, nil)
	if err != nil {
		return err
	}
	before, err := takeLook(ctx, s.Swarm, r.Stack)
	if err == nil {
		_, err = s.settle(ctx, &Plan{App: r.App, Stack: r.Stack, observed: now}, before)
	}
	return err
}

func (a *applier) removeAll(ctx context.Context, r *Removal) error {
	var ids []string
	for _, s := range r.observed.Services {
		ids = append(ids, s.ID)
	}
	err := a.removeServices(ctx, r)
	if err == nil {
		err = awaitGone(ctx, a.Swarm, r.Stack, ids)
	}
	if err == nil {
		err = a.removeObjects(ctx, r)
	}
	if err != nil {
		return &outcome{ErrUnclear, fmt.Errorf("%w\nThe app is only partly removed; run the undeploy again", err)}
	}
	return nil
}

func (a *applier) removeServices(ctx context.Context, r *Removal) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(parallel)
	for _, s := range r.observed.Services {
		group.Go(func() error {
			return a.removeOne(ctx, ServiceKind, s.Spec.Name, func() error { return a.Swarm.RemoveService(ctx, s.ID) })
		})
	}
	return group.Wait()
}

func (a *applier) removeObjects(ctx context.Context, r *Removal) error {
	ctx, cancel := context.WithTimeout(ctx, undoTimeout)
	defer cancel()
	var errs []error
	for _, s := range r.observed.Secrets {
		errs = append(errs, a.removeOne(ctx, SecretKind, s.Spec.Name, func() error { return a.Swarm.RemoveSecret(ctx, s.ID) }))
	}
	for _, c := range r.observed.Configs {
		errs = append(errs, a.removeOne(ctx, ConfigKind, c.Spec.Name, func() error { return a.Swarm.RemoveConfig(ctx, c.ID) }))
	}
	for _, n := range r.observed.Networks {
		errs = append(errs, a.removeNetwork(ctx, n))
	}
	return errors.Join(errs...)
}

func (a *applier) removeNetwork(ctx context.Context, n network.Summary) error {
	return a.removeOne(ctx, NetworkKind, n.Name, func() error { return removeNetwork(ctx, a.Swarm, n.ID) })
}

func (a *applier) removeOne(ctx context.Context, kind Kind, name string, remove func() error) error {
	if err := a.guard(ctx); err != nil {
		return err
	}
	a.emit(Event{Phase: PrunePhase, Kind: kind, Name: name, Op: Remove})
	if err := remove(); err != nil && !errors.Is(err, engine.ErrNotFound) {
		return fmt.Errorf("%s %s: %w", kind, name, err)
	}
	return nil
}
