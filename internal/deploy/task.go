package deploy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/docker/docker/api/types/swarm"

	engine "coopcloud.tech/catalogue/internal/deploy/swarm"
)

// ErrNotDeployed: the swarm has no service of the app.
var ErrNotDeployed = errors.New("not deployed")

// Task is a running task, with a connection to the engine of its node: commands
// and files are that engine's.
type Task struct {
	Service   string // without the stack's name
	Slot      string
	Node      string // hostname
	Container string
	Engine    *engine.Client
	done      func()
}

// Close ends the connection.
func (t *Task) Close() { t.done() }

// Task finds the running task of a service of the app: the one of that slot, or
// with "" the newest that runs what the service says now. The service may be named
// with the stack's name or without.
func (d *Deployer) Task(ctx context.Context, app *App, service, slot string) (*Task, error) {
	if err := d.Swarm.CheckManager(ctx); err != nil {
		return nil, refused(err)
	}
	l, err := takeLook(ctx, d.Swarm, app.StackName())
	if err != nil {
		return nil, refused(err)
	}
	found, err := oneService(app, l, service)
	if err != nil {
		return nil, err
	}
	id, err := d.slotID(ctx, slot)
	if err != nil {
		return nil, refused(err)
	}
	task, err := chooseTask(l, found, id)
	if err != nil {
		return nil, refused(fmt.Errorf("service %s of app %s: %w; look with: catalogue app ps %[2]s", shortName(app.StackName(), found), app.Domain, err))
	}
	return d.enter(ctx, task, shortName(app.StackName(), found))
}

// slotID turns a node's hostname into its ID, which is the slot of a global
// service's task.
func (d *Deployer) slotID(ctx context.Context, slot string) (string, error) {
	if _, err := strconv.Atoi(slot); err == nil || slot == "" {
		return slot, nil
	}
	nodes, err := d.Swarm.Nodes(ctx)
	for _, node := range nodes {
		if node.Description.Hostname == slot {
			return node.ID, nil
		}
	}
	return slot, err
}

// enter connects to the engine of the task's node.
func (d *Deployer) enter(ctx context.Context, task swarm.Task, service string) (*Task, error) {
	node, err := d.node(ctx, task.NodeID)
	if err != nil {
		return nil, refused(err)
	}
	on, done, err := d.Swarm.Node(ctx, node)
	if err != nil {
		return nil, refused(fmt.Errorf("service %s runs elsewhere: %w", service, err))
	}
	return &Task{
		Service: service, Slot: slotOf(task), Node: node.Description.Hostname,
		Container: task.Status.ContainerStatus.ContainerID, Engine: on, done: done,
	}, nil
}

func (d *Deployer) node(ctx context.Context, id string) (swarm.Node, error) {
	nodes, err := d.Swarm.Nodes(ctx)
	if err != nil {
		return swarm.Node{}, err
	}
	at := slices.IndexFunc(nodes, func(n swarm.Node) bool { return n.ID == id })
	if at < 0 {
		return swarm.Node{}, fmt.Errorf("node %s has left the swarm", id)
	}
	return nodes[at], nil
}

// shortName is a service's name without the stack's.
func shortName(stack string, service swarm.Service) string {
	return strings.TrimPrefix(service.Spec.Name, stack+"_")
}

// servicesOf lists the services of a look by name. None is ErrNotDeployed.
func servicesOf(app *App, l look) ([]swarm.Service, error) {
	var list []swarm.Service
	for _, service := range l.services {
		list = append(list, service)
	}
	if len(list) == 0 {
		return nil, notDeployed(app)
	}
	slices.SortFunc(list, func(a, b swarm.Service) int { return cmp.Compare(a.Spec.Name, b.Spec.Name) })
	return list, nil
}

func notDeployed(app *App) error {
	return &outcome{ErrNotDeployed, fmt.Errorf("app %s is not deployed", app.Domain)}
}

func oneService(app *App, l look, name string) (swarm.Service, error) {
	list, err := chooseServices(app, l, []string{name})
	if err != nil {
		return swarm.Service{}, err
	}
	return list[0], nil
}

// chooseServices finds services by name, with the stack's name or without; no
// names mean all.
func chooseServices(app *App, l look, names []string) ([]swarm.Service, error) {
	all, err := servicesOf(app, l)
	if err != nil || len(names) == 0 {
		return all, err
	}
	stack := app.StackName()
	var chosen []swarm.Service
	for _, name := range names {
		at := slices.IndexFunc(all, func(s swarm.Service) bool { return s.Spec.Name == name || shortName(stack, s) == name })
		if at < 0 {
			return nil, refused(fmt.Errorf("app %s has no service %q; it has: %s", app.Domain, name, strings.Join(shortNames(stack, all), ", ")))
		}
		if !slices.ContainsFunc(chosen, func(s swarm.Service) bool { return s.ID == all[at].ID }) {
			chosen = append(chosen, all[at])
		}
	}
	return chosen, nil
}

func shortNames(stack string, services []swarm.Service) []string {
	names := make([]string, len(services))
	for i, service := range services {
		names[i] = shortName(stack, service)
	}
	return names
}

// chooseTask prefers tasks of the current spec, then newer ones. A task with a
// healthcheck runs only once it is healthy.
func chooseTask(l look, service swarm.Service, slot string) (swarm.Task, error) {
	var fit []swarm.Task
	seen := []string{}
	for _, task := range l.tasks {
		if task.ServiceID != service.ID || task.DesiredState != swarm.TaskStateRunning {
			continue
		}
		seen = append(seen, fmt.Sprintf("%s %s", slotOf(task), task.Status.State))
		started := task.Status.ContainerStatus != nil && task.Status.ContainerStatus.ContainerID != ""
		if task.Status.State == swarm.TaskStateRunning && started && (slot == "" || slot == slotOf(task)) {
			fit = append(fit, task)
		}
	}
	if len(fit) == 0 {
		return swarm.Task{}, noTask(slot, seen)
	}
	return slices.MaxFunc(fit, func(a, b swarm.Task) int {
		return cmp.Or(cmp.Compare(fitness(l, a), fitness(l, b)), a.CreatedAt.Compare(b.CreatedAt))
	}), nil
}

func fitness(l look, task swarm.Task) int {
	switch {
	case !l.ready[task.NodeID]:
		return 0
	case !l.current[task.ID]:
		return 1
	}
	return 2
}

func noTask(slot string, seen []string) error {
	what := "no task runs"
	if slot != "" {
		what = "no task runs in slot " + slot
	}
	if len(seen) == 0 {
		return errors.New(what)
	}
	slices.Sort(seen)
	return fmt.Errorf("%s (slots: %s)", what, strings.Join(seen, ", "))
}
