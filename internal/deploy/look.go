package deploy

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/docker/docker/api/types/swarm"
	"golang.org/x/sync/errgroup"

	engine "coopcloud.tech/catalogue/internal/deploy/swarm"
)

// look is one look at a stack: what its manager says at one time.
type look struct {
	at       time.Time                // when it was asked for
	took     time.Duration            // until it was answered: what is seen is of some time in between
	services map[string]swarm.Service // by ID
	tasks    []swarm.Task             // history included
	current  map[string]bool          // IDs of tasks made from what their service's spec says now
	nodes    []swarm.Node
	ready    map[string]bool // IDs of nodes that are up
}

// lookTimeout bounds one look: an engine that hangs must not hang us.
const lookTimeout = 20 * time.Second

func takeLook(ctx context.Context, client *engine.Client, stack string) (look, error) {
	ctx, cancel := context.WithTimeout(ctx, lookTimeout)
	defer cancel()
	l := look{at: time.Now(), services: map[string]swarm.Service{}, current: map[string]bool{}, ready: map[string]bool{}}
	var services []swarm.Service
	var current []swarm.Task
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) { services, err = client.Services(ctx, stack); return err })
	group.Go(func() (err error) { l.tasks, err = client.Tasks(ctx, stack); return err })
	group.Go(func() (err error) { current, err = client.CurrentTasks(ctx, stack); return err })
	group.Go(func() (err error) { l.nodes, err = client.Nodes(ctx); return err })
	if err := group.Wait(); err != nil {
		return l, err
	}
	for _, service := range services {
		l.services[service.ID] = service
	}
	for _, task := range current {
		l.current[task.ID] = true
	}
	sortNodes(l.nodes)
	for _, node := range l.nodes {
		l.ready[node.ID] = node.Status.State == swarm.NodeStateReady
	}
	l.took = time.Since(l.at)
	return l, nil
}

// of returns the tasks of a service that run, or ran, its current spec. Those
// of nodes that are down say nothing.
func (l look) of(service swarm.Service) []swarm.Task {
	var found []swarm.Task
	for _, task := range l.tasks {
		switch {
		case task.ServiceID != service.ID, !l.current[task.ID]:
		case task.NodeID != "" && !l.ready[task.NodeID]:
		case !ofIteration(task, service):
		default:
			found = append(found, task)
		}
	}
	return found
}

// ofIteration leaves out the tasks of a job's earlier runs.
func ofIteration(task swarm.Task, service swarm.Service) bool {
	if service.JobStatus == nil || task.JobIteration == nil {
		return true
	}
	return task.JobIteration.Index == service.JobStatus.JobIteration.Index
}

// lost names the nodes that are not up and still have tasks of a service: an update
// of the engine's may hang on those, see Plan.unstick.
func (l look) lost(service string) string {
	text := ""
	for _, node := range l.nodes {
		if !l.ready[node.ID] && slices.ContainsFunc(tasksOf(service, l), func(t swarm.Task) bool {
			return t.NodeID == node.ID && rank(t.Status.State) <= runningRank
		}) {
			text += fmt.Sprintf("; node %s is %s, and had tasks of it", cmp.Or(node.Description.Hostname, node.ID), node.Status.State)
		}
	}
	return text
}
