package swarm

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/swarm"
	"github.com/docker/docker/api/types/volume"
)

// Surroundings are what a stack shares the swarm with. A deploy can do without:
// what could not be read is empty, and Problems say why.
type Surroundings struct {
	Nodes    []swarm.Node
	Services []swarm.Service  // of the whole swarm
	Running  []swarm.Task     // of the whole swarm, those that are meant to run
	Volumes  []*volume.Volume // of the names asked for, on the connected node
	Problems []string

	VolumesUnread bool // they could not be listed
}

// optionalTimeout bounds a look-up that a deploy can do without. Drivers of
// volumes can hang.
const optionalTimeout = 10 * time.Second

// Around reads the surroundings, side by side. A proxy in front of the engine's
// socket may forbid some of it.
func (c *Client) Around(ctx context.Context, volumes []string) *Surroundings {
	ctx, cancel := context.WithTimeout(ctx, optionalTimeout)
	defer cancel()
	around := &Surroundings{}
	var mutex sync.Mutex
	var group sync.WaitGroup
	look := func(what, unchecked string, read func() error) {
		group.Go(func() {
			if err := read(); err != nil {
				mutex.Lock()
				defer mutex.Unlock()
				around.Problems = append(around.Problems, fmt.Sprintf("%s could not be listed, so %s not checked: %v", what, unchecked, err))
			}
		})
	}
	look("the swarm's nodes", "placement is", func() (err error) { around.Nodes, err = c.Nodes(ctx); return err })
	look("the services of other stacks", "published ports are", func() (err error) { around.Services, err = c.AllServices(ctx); return err })
	look("the swarm's tasks", "free capacity is", func() (err error) { around.Running, err = c.runningTasks(ctx); return err })
	look("volumes", "their options are", func() (err error) {
		around.Volumes, err = c.volumes(ctx, volumes)
		around.VolumesUnread = err != nil
		return err
	})
	group.Wait()
	slices.Sort(around.Problems)
	return around
}

// AllServices lists the services of the whole swarm.
func (c *Client) AllServices(ctx context.Context) ([]swarm.Service, error) {
	services, err := c.api.ServiceList(ctx, swarm.ServiceListOptions{})
	return services, classify(err)
}

func (c *Client) runningTasks(ctx context.Context) ([]swarm.Task, error) {
	running := filters.NewArgs(filters.Arg("desired-state", string(swarm.TaskStateRunning)))
	tasks, err := c.api.TaskList(ctx, swarm.TaskListOptions{Filters: running})
	return tasks, classify(err)
}

// volumes lists those with exactly one of the names: the engine's filter takes
// parts of names.
func (c *Client) volumes(ctx context.Context, names []string) ([]*volume.Volume, error) {
	if len(names) == 0 {
		return nil, nil
	}
	asked := filters.NewArgs()
	for _, name := range names {
		asked.Add("name", name)
	}
	list, err := c.api.VolumeList(ctx, volume.ListOptions{Filters: asked})
	if err != nil {
		return nil, classify(err)
	}
	return slices.DeleteFunc(list.Volumes, func(v *volume.Volume) bool { return v == nil || !slices.Contains(names, v.Name) }), nil
}
