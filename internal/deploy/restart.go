package deploy

import (
	"context"
	"errors"
	"fmt"

	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/deploy/release"
)

// PlanRestart decides which services a restart concerns: the named ones, or all
// but jobs, which a restart would run once more.
func (d *Deployer) PlanRestart(ctx context.Context, app *App, names []string) (*Plan, error) {
	have, _, err := d.observeRunning(ctx, app)
	if err != nil {
		return nil, err
	}
	chosen, err := chooseServices(app, lookAt(have), names)
	if err != nil {
		return nil, err
	}
	plan := &Plan{App: app.Domain, Server: app.Server, Stack: app.StackName(), Actions: []Action{}, observed: have}
	plan.Running = RunningVersion(have.Services, plan.Stack)
	for _, service := range chosen {
		if len(names) == 0 && isJob(service.Spec) {
			plan.Warnings = append(plan.Warnings, fmt.Sprintf("%s is a job, and is not run again; name it for that", shortName(plan.Stack, service)))
			continue
		}
		spec := clone(service.Spec)
		spec.TaskTemplate.ForceUpdate++
		plan.Actions = append(plan.Actions, Action{
			Op: Update, Kind: ServiceKind, Name: spec.Name, Cause: "restart",
			ID: service.ID, Index: service.Version.Index, service: &spec,
		})
	}
	return plan, nil
}

// observeRunning reads the state of an app that is deployed, with every config
// that its services use, and its records.
func (d *Deployer) observeRunning(ctx context.Context, app *App) (*swarmState, []release.Record, error) {
	if err := d.Swarm.CheckManager(ctx); err != nil {
		return nil, nil, refused(err)
	}
	services, err := d.Swarm.Services(ctx, app.StackName())
	if err != nil {
		return nil, nil, refused(err)
	}
	var used release.Specs
	for _, service := range services {
		if service.Spec.TaskTemplate.ContainerSpec == nil {
			return nil, nil, refused(fmt.Errorf("service %s runs no container", service.Spec.Name))
		}
		used.Services = append(used.Services, service.Spec)
	}
	have, records, err := d.observe(ctx, app.StackName(), used.ConfigNames())
	if err != nil {
		return nil, nil, refused(err)
	}
	if len(have.Services) == 0 {
		return nil, nil, refused(notDeployed(app))
	}
	return have, records, nil
}

// lookAt is what a state says of services and tasks.
func lookAt(have *swarmState) look {
	l := look{services: map[string]swarm.Service{}, tasks: have.Tasks}
	for _, service := range have.Services {
		l.services[service.ID] = service
	}
	return l
}

// Restart has the engine replace the tasks of the plan's services by the rules of
// their update config, and waits until they are well. It records nothing: nothing
// else changes. A restart that fails is not undone, as there is nothing to go back
// to; the error says which services are not up.
func (d *Deployer) Restart(ctx context.Context, plan *Plan, o Options) error {
	return d.locked(ctx, plan.App, plan.Stack, "restart", o.LockWait, func(ctx context.Context, s *session) error {
		before, err := s.refresh(ctx, plan)
		if err != nil {
			return refused(err)
		}
		a := newApplier(s.Deployer, plan)
		a.fence, a.session, a.options = s.lock.Fence, s, o
		failures, err := a.rollout(ctx, before, o)
		if err == nil && len(failures) > 0 {
			err = failures
		}
		switch {
		case err == nil:
			return nil
		case ctx.Err() == nil && len(failures) == 0 && !a.touched():
			return refused(err)
		case ctx.Err() != nil:
			err = errors.Join(context.Cause(ctx), err)
		}
		return &outcome{ErrUnclear, fmt.Errorf("%w\nThe restart is not complete, and nothing was put back. Look with: catalogue app ps %s", err, plan.App)}
	})
}
