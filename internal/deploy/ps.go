package deploy

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/docker/docker/api/types/swarm"
)

// ServiceState is one service of a stack and its tasks.
type ServiceState struct {
	Service string      `json:"service"`
	Image   string      `json:"image"`
	Mode    string      `json:"mode"`
	Running uint64      `json:"running"`
	Desired uint64      `json:"desired"`
	Update  string      `json:"update,omitempty"` // state of the engine's last update
	Tasks   []TaskState `json:"tasks"`
}

// TaskState is one task: those that are wanted, and the last one that failed
// in each slot without one.
type TaskState struct {
	ID      string    `json:"id"`
	Slot    string    `json:"slot"`
	Node    string    `json:"node"`
	State   string    `json:"state"`
	Desired string    `json:"desired"`
	Since   time.Time `json:"since"`
	Error   string    `json:"error,omitempty"`
}

// StackState is what `ps` shows.
type StackState struct {
	Stack    string         `json:"stack"`
	Version  string         `json:"version"`
	Services []ServiceState `json:"services"`
}

// PS lists the services of a stack with their tasks. A stack that is not
// deployed has none.
func (d *Deployer) PS(ctx context.Context, stack string) (*StackState, error) {
	if err := d.Swarm.CheckManager(ctx); err != nil {
		return nil, refused(err)
	}
	l, err := takeLook(ctx, d.Swarm, stack)
	if err != nil {
		return nil, refused(err)
	}
	nodes, err := d.Swarm.Nodes(ctx)
	if err != nil {
		return nil, refused(err)
	}
	names := map[string]string{}
	for _, node := range nodes {
		names[node.ID] = node.Description.Hostname
	}
	state := &StackState{Stack: stack, Services: []ServiceState{}}
	var services []swarm.Service
	for _, service := range l.services {
		services = append(services, service)
		state.Services = append(state.Services, stateOf(service, l, names))
	}
	state.Version = RunningVersion(services, stack)
	slices.SortFunc(state.Services, func(a, b ServiceState) int { return cmp.Compare(a.Service, b.Service) })
	return state, nil
}

func stateOf(service swarm.Service, l look, nodes map[string]string) ServiceState {
	probe := watch{name: service.Spec.Name, id: service.ID}
	count := probe.count(service, bySlot(l.of(service)), l)
	state := ServiceState{
		Service: service.Spec.Name, Mode: modeName(service.Spec.Mode),
		Running: count.running, Desired: count.desired, Tasks: []TaskState{},
	}
	if container := service.Spec.TaskTemplate.ContainerSpec; container != nil {
		state.Image = container.Image
	}
	if service.UpdateStatus != nil {
		state.Update = string(service.UpdateStatus.State)
	}
	for _, task := range bySlot(tasksOf(service.ID, l)) {
		state.Tasks = append(state.Tasks, TaskState{
			ID: task.ID, Slot: slotOf(task), Node: nodes[task.NodeID], State: string(task.Status.State),
			Desired: string(task.DesiredState), Since: task.Status.Timestamp, Error: task.Status.Err,
		})
	}
	slices.SortFunc(state.Tasks, func(a, b TaskState) int { return cmp.Compare(a.Slot, b.Slot) })
	return state
}
