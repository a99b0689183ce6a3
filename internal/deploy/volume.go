package deploy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/docker/docker/api/types/swarm"
	"golang.org/x/sync/errgroup"

	engine "coopcloud.tech/catalogue/internal/deploy/swarm"
)

// Volume is a volume of an app on one node.
type Volume struct {
	Name    string   `json:"name"`
	Node    string   `json:"node"` // hostname
	Driver  string   `json:"driver"`
	Created string   `json:"created"` // as the engine says it, RFC 3339
	Path    string   `json:"path"`    // on the node
	UsedBy  []string `json:"used_by"` // services that mount it

	nodeID string
}

// VolumeList is what the nodes say, and which of them could not be asked.
type VolumeList struct {
	Volumes []Volume     `json:"volumes"`
	Unasked []NodeSilent `json:"unasked"`
}

// NodeSilent is a node that could not be asked.
type NodeSilent struct {
	Node   string `json:"node"`
	Reason string `json:"reason"`
}

// Volumes lists the volumes that carry the stack's label, on every node.
func (d *Deployer) Volumes(ctx context.Context, app *App) (*VolumeList, error) {
	if err := d.Swarm.CheckManager(ctx); err != nil {
		return nil, refused(err)
	}
	nodes, err := d.Swarm.Nodes(ctx)
	if err != nil {
		return nil, refused(err)
	}
	services, err := d.Swarm.Services(ctx, app.StackName())
	if err != nil {
		return nil, refused(err)
	}
	answers := make([]VolumeList, len(nodes))
	var group errgroup.Group
	group.SetLimit(parallel)
	for i, node := range nodes {
		group.Go(func() error { answers[i] = d.volumesOn(ctx, app, node, services); return nil })
	}
	_ = group.Wait()
	return merged(answers), ctx.Err()
}

func merged(answers []VolumeList) *VolumeList {
	all := &VolumeList{Volumes: []Volume{}, Unasked: []NodeSilent{}}
	for _, answer := range answers {
		all.Volumes = append(all.Volumes, answer.Volumes...)
		all.Unasked = append(all.Unasked, answer.Unasked...)
	}
	slices.SortFunc(all.Volumes, func(a, b Volume) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Node, b.Node))
	})
	slices.SortFunc(all.Unasked, func(a, b NodeSilent) int { return cmp.Compare(a.Node, b.Node) })
	return all
}

func (d *Deployer) volumesOn(ctx context.Context, app *App, node swarm.Node, services []swarm.Service) VolumeList {
	name := node.Description.Hostname
	silent := func(err error) VolumeList { return VolumeList{Unasked: []NodeSilent{{name, err.Error()}}} }
	if node.Status.State != swarm.NodeStateReady {
		return silent(fmt.Errorf("it is %s", node.Status.State))
	}
	on, done, err := d.Swarm.Node(ctx, node)
	if err != nil {
		return silent(err)
	}
	defer done()
	found, err := on.Volumes(ctx, app.StackName())
	if err != nil {
		return silent(err)
	}
	var list VolumeList
	for _, v := range found {
		list.Volumes = append(list.Volumes, Volume{
			Name: v.Name, Node: name, Driver: v.Driver, Created: v.CreatedAt, Path: v.Mountpoint,
			UsedBy: mountedBy(app.StackName(), v.Name, services), nodeID: node.ID,
		})
	}
	return list
}

func mountedBy(stack, volume string, services []swarm.Service) []string {
	names := []string{}
	for _, service := range services {
		container := service.Spec.TaskTemplate.ContainerSpec
		if container == nil {
			continue
		}
		for _, mount := range container.Mounts {
			if name := shortName(stack, service); mount.Source == volume && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// Choose picks volumes by name, with the stack's name or without; no names mean
// all. It fails with ErrRefused where a service mounts one of them.
func (l *VolumeList) Choose(app *App, names []string) ([]Volume, error) {
	chosen := l.Volumes
	if len(names) > 0 {
		chosen = nil
	}
	for _, name := range slices.Compact(slices.Sorted(slices.Values(names))) {
		found := l.named(app.StackName(), name)
		if len(found) == 0 {
			return nil, refused(fmt.Errorf("app %s has no volume %q; it has: %s", app.Domain, name, l.names()))
		}
		chosen = append(chosen, found...)
	}
	for _, v := range chosen {
		if len(v.UsedBy) > 0 {
			return nil, refused(fmt.Errorf("volume %s is used by %s; undeploy the app first: catalogue app undeploy %s",
				v.Name, strings.Join(v.UsedBy, ", "), app.Domain))
		}
	}
	return chosen, nil
}

func (l *VolumeList) named(stack, name string) []Volume {
	var found []Volume
	for _, v := range l.Volumes {
		if v.Name == name || v.Name == stack+"_"+name {
			found = append(found, v)
		}
	}
	return found
}

func (l *VolumeList) names() string {
	var names []string
	for _, v := range l.Volumes {
		names = append(names, v.Name)
	}
	return cmp.Or(strings.Join(slices.Compact(names), ", "), "none")
}

// RemoveVolumes deletes volumes with all that they hold. What was deleted before
// an error is returned with it.
func (d *Deployer) RemoveVolumes(ctx context.Context, volumes []Volume) (removed []Volume, err error) {
	var errs []error
	for _, v := range volumes {
		if err := d.removeVolume(ctx, v); err != nil {
			errs = append(errs, err)
			continue
		}
		removed = append(removed, v)
	}
	err = errors.Join(errs...)
	if err != nil && len(removed) > 0 {
		err = &outcome{ErrUnclear, err}
	}
	return removed, err
}

func (d *Deployer) removeVolume(ctx context.Context, v Volume) error {
	node, err := d.node(ctx, v.nodeID)
	if err != nil {
		return err
	}
	on, done, err := d.Swarm.Node(ctx, node)
	if err != nil {
		return err
	}
	defer done()
	err = removeOnceFree(ctx, on, v.Name)
	switch {
	case errors.Is(err, engine.ErrNotFound):
		return nil
	case errors.Is(err, engine.ErrInUse):
		return refused(fmt.Errorf("volume %s on node %s is still held by a container: %w", v.Name, v.Node, err))
	case err != nil:
		return fmt.Errorf("volume %s on node %s: %w", v.Name, v.Node, err)
	}
	return nil
}

// containerPatience is how long the engine may take to remove the containers of
// tasks that have ended: until then they hold their volumes.
const containerPatience = 15 * time.Second

func removeOnceFree(ctx context.Context, on *engine.Client, name string) error {
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for end := time.Now().Add(containerPatience); ; {
		err := on.RemoveVolume(ctx, name)
		if !errors.Is(err, engine.ErrInUse) || time.Now().After(end) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}
