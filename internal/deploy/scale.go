package deploy

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/deploy/release"
)

// PlanScale decides what changes when services get other numbers of replicas, by
// their names with the stack's or without. Apply carries it out, as a release of
// its own.
func (d *Deployer) PlanScale(ctx context.Context, app *App, replicas map[string]uint64) (*Plan, error) {
	have, records, err := d.observeRunning(ctx, app)
	if err != nil {
		return nil, err
	}
	runs := newRunning(&Plan{App: app.Domain, Stack: app.StackName(), observed: have}, lookAt(have))
	record := runs.record(&Plan{App: app.Domain})
	for _, name := range slices.Sorted(maps.Keys(replicas)) {
		service, err := oneService(app, runs.look, name)
		if err != nil {
			return nil, err
		}
		if err := setReplicas(record.Specs.Services, service.Spec.Name, replicas[name]); err != nil {
			return nil, refused(err)
		}
	}
	if current := release.Current(records); current != nil {
		record.Recipe, record.Version, record.Commit, record.Chaos = current.Recipe, current.Version, current.Commit, current.Chaos
		record.Env, record.Specs.DependsOn = current.Env, current.Specs.DependsOn
	}
	plan := Decide(have, record.Specs.Wanted(app.StackName()), nil, Choices{})
	plan.App, plan.Server = app.Domain, app.Server
	plan.Recipe, plan.Version, plan.Commit, plan.Chaos = record.Recipe, record.Version, record.Commit, record.Chaos
	plan.Running = RunningVersion(have.Services, plan.Stack)
	plan.records, plan.env, plan.kind = records, record.Env, release.Scale
	return plan, nil
}

func setReplicas(specs []swarm.ServiceSpec, name string, replicas uint64) error {
	at := slices.IndexFunc(specs, func(s swarm.ServiceSpec) bool { return s.Name == name })
	if mode := specs[at].Mode; mode.Replicated == nil && (mode.Global != nil || mode.GlobalJob != nil || mode.ReplicatedJob != nil) {
		return fmt.Errorf("service %s is %s: only replicated services can be scaled", name, modeName(mode))
	}
	specs[at].Mode = swarm.ServiceMode{Replicated: &swarm.ReplicatedService{Replicas: &replicas}}
	return nil
}
