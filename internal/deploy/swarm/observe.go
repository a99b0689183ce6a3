package swarm

import (
	"cmp"
	"context"
	"slices"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/swarm"
	"golang.org/x/sync/errgroup"

	"coopcloud.tech/catalogue/internal/deploy/convert"
)

// State is what a swarm holds that a stack has to do with, each list sorted by
// name. Specs are raw: the engine fills in no defaults.
type State struct {
	API      string            // version that client and engine agreed on
	Services []swarm.Service   // of the stack
	Networks []network.Summary // of the whole swarm, and the engine's predefined ones
	Secrets  []swarm.Secret    // of the whole swarm; their values cannot be read
	Configs  []swarm.Config    // of the stack, and those asked for by name
	Tasks    []swarm.Task      // of the stack, history included
}

// Observe reads the state of a stack. The configs with the given names are
// read even where they carry no label of the stack.
func (c *Client) Observe(ctx context.Context, stack string, configs []string) (*State, error) {
	parent, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	state := State{API: c.api.ClientVersion()}
	group, ctx := errgroup.WithContext(parent)
	group.Go(func() (err error) { state.Services, err = c.Services(ctx, stack); return err })
	group.Go(func() (err error) { state.Networks, err = c.Networks(ctx); return err })
	group.Go(func() (err error) { state.Secrets, err = c.Secrets(ctx); return err })
	group.Go(func() (err error) { state.Configs, err = c.configs(ctx, stack, configs); return err })
	group.Go(func() (err error) { state.Tasks, err = c.Tasks(ctx, stack); return err })
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return &state, c.addPredefined(parent, &state)
}

// addPredefined adds the networks that services join and that no list shows:
// host and bridge have an ID of their own in the swarm.
func (c *Client) addPredefined(ctx context.Context, state *State) error {
	known := map[string]bool{}
	for _, n := range state.Networks {
		known[n.ID] = true
	}
	for _, service := range state.Services {
		for _, attached := range service.Spec.TaskTemplate.Networks {
			if known[attached.Target] {
				continue
			}
			known[attached.Target] = true
			n, err := c.api.NetworkInspect(ctx, attached.Target, network.InspectOptions{})
			if errdefs.IsNotFound(err) {
				continue
			}
			if err != nil {
				return classify(err)
			}
			state.Networks = append(state.Networks, n)
		}
	}
	return nil
}

// Services lists the services of a stack.
func (c *Client) Services(ctx context.Context, stack string) ([]swarm.Service, error) {
	services, err := c.api.ServiceList(ctx, swarm.ServiceListOptions{Filters: ofStack(stack)})
	slices.SortFunc(services, func(a, b swarm.Service) int { return cmp.Compare(a.Spec.Name, b.Spec.Name) })
	return services, classify(err)
}

// Tasks lists the tasks of a stack, history included.
func (c *Client) Tasks(ctx context.Context, stack string) ([]swarm.Task, error) {
	tasks, err := c.api.TaskList(ctx, swarm.TaskListOptions{Filters: ofStack(stack)})
	return tasks, classify(err)
}

// CurrentTasks lists the tasks of a stack that were made from what their
// service's spec says now.
func (c *Client) CurrentTasks(ctx context.Context, stack string) ([]swarm.Task, error) {
	current := ofStack(stack)
	current.Add("_up-to-date", "true")
	tasks, err := c.api.TaskList(ctx, swarm.TaskListOptions{Filters: current})
	return tasks, classify(err)
}

// Networks lists the swarm's networks and the engine's predefined ones.
func (c *Client) Networks(ctx context.Context) ([]network.Summary, error) {
	networks, err := c.api.NetworkList(ctx, network.ListOptions{})
	slices.SortFunc(networks, func(a, b network.Summary) int { return cmp.Compare(a.Name, b.Name) })
	return networks, classify(err)
}

// Secrets lists all secrets of the swarm.
func (c *Client) Secrets(ctx context.Context) ([]swarm.Secret, error) {
	secrets, err := c.api.SecretList(ctx, swarm.SecretListOptions{})
	slices.SortFunc(secrets, func(a, b swarm.Secret) int { return cmp.Compare(a.Spec.Name, b.Spec.Name) })
	return secrets, classify(err)
}

// configs reads only what is asked for: a config's bytes come along with it.
func (c *Client) configs(ctx context.Context, stack string, names []string) ([]swarm.Config, error) {
	found, err := c.api.ConfigList(ctx, swarm.ConfigListOptions{Filters: ofStack(stack)})
	if err != nil {
		return nil, classify(err)
	}
	missing := filters.NewArgs()
	for _, name := range names {
		if !slices.ContainsFunc(found, func(c swarm.Config) bool { return c.Spec.Name == name }) {
			missing.Add("name", name)
		}
	}
	if missing.Len() > 0 {
		named, err := c.api.ConfigList(ctx, swarm.ConfigListOptions{Filters: missing})
		if err != nil {
			return nil, classify(err)
		}
		found = append(found, exactly(named, missing)...)
	}
	slices.SortFunc(found, func(a, b swarm.Config) int { return cmp.Compare(a.Spec.Name, b.Spec.Name) })
	return found, nil
}

// exactly drops the configs whose name only starts with one that was asked
// for: the engine's filter goes by prefix.
func exactly(configs []swarm.Config, asked filters.Args) []swarm.Config {
	return slices.DeleteFunc(configs, func(c swarm.Config) bool { return !asked.ExactMatch("name", c.Spec.Name) })
}

// Nodes lists the nodes of the swarm.
func (c *Client) Nodes(ctx context.Context) ([]swarm.Node, error) {
	nodes, err := c.api.NodeList(ctx, swarm.NodeListOptions{})
	return nodes, classify(err)
}

func ofStack(stack string) filters.Args {
	return filters.NewArgs(filters.Arg("label", convert.LabelNamespace+"="+stack))
}
