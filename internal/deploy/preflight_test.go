package deploy

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/docker/docker/api/types/mount"
	"github.com/docker/docker/api/types/swarm"
	"github.com/docker/docker/api/types/volume"

	"coopcloud.tech/catalogue/internal/deploy/convert"
	engine "coopcloud.tech/catalogue/internal/deploy/swarm"
)

// scenery is a swarm, and a stack s that is wanted there.
type scenery struct {
	nodes    []swarm.Node
	services []swarm.Service
	tasks    []swarm.Task
	volumes  []*volume.Volume
	want     []swarm.ServiceSpec
	networks []convert.Network
	api      string
	options  Options
}

// judge runs the checks and returns what they say, refusals first.
func (s scenery) judge(t *testing.T) string {
	t.Helper()
	have := &swarmState{API: s.api}
	for _, service := range s.services {
		if service.Spec.Labels[convert.LabelNamespace] == "s" {
			have.Services = append(have.Services, service)
		}
	}
	around := &engine.Surroundings{Nodes: s.nodes, Services: s.services, Running: s.tasks, Volumes: s.volumes}
	before, _ := json.Marshal([]any{around, s.want})
	plan := Decide(have, &convert.Specs{Stack: "s", Services: s.want, Networks: s.networks}, nil, Choices{})
	plan.Warnings = nil // those about digests
	plan.preflight(&facts{have: have, around: around}, s.options, func(path ...string) string { return "" })
	if after, _ := json.Marshal([]any{around, s.want}); string(after) != string(before) {
		t.Error("the checks changed what they look at")
	}
	var lines []string
	for _, text := range plan.Refused {
		lines = append(lines, "refused: "+text)
	}
	return strings.Join(append(lines, plan.Warnings...), "\n")
}

// the is a service s_NAME as changed.
func the(name string, change ...func(*swarm.ServiceSpec)) swarm.ServiceSpec {
	spec := swarm.ServiceSpec{
		Annotations: swarm.Annotations{Name: "s_" + name, Labels: map[string]string{convert.LabelNamespace: "s"}},
		TaskTemplate: swarm.TaskSpec{
			ContainerSpec: &swarm.ContainerSpec{Image: "app:1"},
			Resources:     &swarm.ResourceRequirements{Reservations: &swarm.Resources{}},
			Placement:     &swarm.Placement{},
		},
		EndpointSpec: &swarm.EndpointSpec{},
	}
	for _, c := range change {
		c(&spec)
	}
	return spec
}

func times(n uint64) func(*swarm.ServiceSpec) {
	return func(s *swarm.ServiceSpec) { s.Mode.Replicated = &swarm.ReplicatedService{Replicas: &n} }
}

func everywhere(s *swarm.ServiceSpec) { s.Mode = swarm.ServiceMode{Global: &swarm.GlobalService{}} }

func reserving(memory int64) func(*swarm.ServiceSpec) {
	return func(s *swarm.ServiceSpec) { s.TaskTemplate.Resources.Reservations.MemoryBytes = memory }
}

func generic(kind string, n int64) func(*swarm.ServiceSpec) {
	return func(s *swarm.ServiceSpec) {
		s.TaskTemplate.Resources.Reservations.GenericResources = []swarm.GenericResource{
			{DiscreteResourceSpec: &swarm.DiscreteGenericResource{Kind: kind, Value: n}},
		}
	}
}

func on(constraint string) func(*swarm.ServiceSpec) {
	return func(s *swarm.ServiceSpec) { s.TaskTemplate.Placement.Constraints = []string{constraint} }
}

func atMost(n uint64) func(*swarm.ServiceSpec) {
	return func(s *swarm.ServiceSpec) { s.TaskTemplate.Placement.MaxReplicas = n }
}

func runs(image string) func(*swarm.ServiceSpec) {
	return func(s *swarm.ServiceSpec) { s.TaskTemplate.ContainerSpec.Image = image }
}

func startFirst(parallelism uint64) func(*swarm.ServiceSpec) {
	return func(s *swarm.ServiceSpec) {
		s.UpdateConfig = &swarm.UpdateConfig{Order: swarm.UpdateOrderStartFirst, Parallelism: parallelism}
	}
}

func publishing(number uint32, mode swarm.PortConfigPublishMode) func(*swarm.ServiceSpec) {
	return func(s *swarm.ServiceSpec) {
		s.EndpointSpec.Ports = append(s.EndpointSpec.Ports, swarm.PortConfig{TargetPort: 80, PublishedPort: number, PublishMode: mode})
	}
}

func mounting(name string, driver *mount.Driver) func(*swarm.ServiceSpec) {
	return func(s *swarm.ServiceSpec) {
		s.TaskTemplate.ContainerSpec.Mounts = []mount.Mount{{Type: mount.TypeVolume, Source: name, Target: "/x", VolumeOptions: &mount.VolumeOptions{
			Labels: map[string]string{convert.LabelNamespace: "s"}, DriverConfig: driver,
		}}}
	}
}

// of is the stack that a service belongs to.
func of(stack string) func(*swarm.ServiceSpec) {
	return func(s *swarm.ServiceSpec) {
		s.Name = strings.Replace(s.Name, "s_", stack+"_", 1)
		s.Labels = map[string]string{convert.LabelNamespace: stack}
	}
}

// up is the service as it runs, with the ID of its name.
func up(spec swarm.ServiceSpec) swarm.Service {
	return swarm.Service{ID: spec.Name, Spec: clone(spec)}
}

// tasks are one for each node named.
func tasks(spec swarm.ServiceSpec, nodes ...string) []swarm.Task {
	var list []swarm.Task
	for i, node := range nodes {
		list = append(list, swarm.Task{
			ID: fmt.Sprint(spec.Name, i), ServiceID: spec.Name, NodeID: node, Spec: spec.TaskTemplate,
			Status: swarm.TaskStatus{State: swarm.TaskStateRunning}, DesiredState: swarm.TaskStateRunning,
		})
	}
	return list
}

// node is worker by another name.
func node(name string, change ...func(*swarm.Node)) swarm.Node {
	n := worker(change...)
	n.ID, n.Description.Hostname = name, name
	return n
}

func gpus(ids ...string) func(*swarm.Node) {
	return func(n *swarm.Node) {
		for _, id := range ids {
			n.Description.Resources.GenericResources = append(n.Description.Resources.GenericResources,
				swarm.GenericResource{NamedResourceSpec: &swarm.NamedGenericResource{Kind: "gpu", Value: id}})
		}
	}
}

const (
	gib     = 1 << 30
	mesh    = swarm.PortConfigPublishModeIngress
	onNodes = swarm.PortConfigPublishModeHost
)

func drained(n *swarm.Node) { n.Spec.Availability = swarm.NodeAvailabilityDrain }

func TestPreflightPlacement(t *testing.T) {
	one, two := []swarm.Node{node("alpha")}, []swarm.Node{node("alpha"), node("beta")}
	heavy, other := the("app", reserving(5*gib)), the("web", of("other"), reserving(6*gib))
	tests := []struct {
		name  string
		state scenery
		says  []string // parts of what is said, in order; none: nothing is said
	}{
		{"fits", scenery{nodes: one, want: []swarm.ServiceSpec{heavy}}, nil},
		{"nodes are not known", scenery{want: []swarm.ServiceSpec{the("app", on("node.role == manager"))}}, nil},
		{
			"constraint",
			scenery{nodes: two, want: []swarm.ServiceSpec{the("app", on("node.role == manager"))}},
			[]string{"refused: service s_app: no node can run it:", "node alpha, beta: constraint node.role == manager is not met: its role is worker", "docker node update --label-add"},
		},
		{
			"each node for its own reason",
			scenery{nodes: []swarm.Node{node("alpha", drained), node("beta")}, want: []swarm.ServiceSpec{the("app", on("node.hostname == alpha"))}},
			[]string{"node alpha: its availability is drain", "node beta: constraint node.hostname == alpha is not met: its hostname is beta"},
		},
		{"no wait, no refusal", scenery{nodes: one, want: []swarm.ServiceSpec{the("app", on("node.id == x"))}, options: Options{NoWait: true}}, []string{"service s_app: no node can run it"}},
		{"scaled to nothing", scenery{nodes: one, want: []swarm.ServiceSpec{the("app", times(0), on("node.id == x"))}}, nil},
		{
			"larger than the node",
			scenery{nodes: one, want: []swarm.ServiceSpec{the("app", reserving(16*gib))}},
			[]string{"refused: service s_app: no node can run it:", "node alpha: 8GiB of its 8GiB of memory is unreserved; a task reserves 16GiB"},
		},
		{
			"taken by another stack",
			scenery{nodes: one, services: []swarm.Service{up(other)}, tasks: tasks(other, "alpha"), want: []swarm.ServiceSpec{heavy}},
			[]string{"refused:", "node alpha: 2GiB of its 8GiB of memory is unreserved; a task reserves 5GiB"},
		},
		{"room on the other node", scenery{nodes: two, services: []swarm.Service{up(other)}, tasks: tasks(other, "alpha"), want: []swarm.ServiceSpec{heavy}}, nil},
		{
			"room for some",
			scenery{nodes: two, want: []swarm.ServiceSpec{the("app", times(3), reserving(5*gib))}},
			[]string{"refused: service s_app: the nodes have room for 2 of 3 tasks:", "node alpha, beta: 8GiB of its 8GiB"},
		},
		{"a huge scale", scenery{nodes: one, want: []swarm.ServiceSpec{the("app", times(1<<63), reserving(1))}}, []string{"room for 8589934592 of 9223372036854775808 tasks"}},
		{"two together on the only node", scenery{nodes: one, want: []swarm.ServiceSpec{the("a", reserving(5*gib)), the("b", reserving(5*gib))}}, []string{"refused: service s_b: no node can run it:", "3GiB of its 8GiB"}},
		{"three together on two", scenery{nodes: two, want: []swarm.ServiceSpec{the("a", reserving(5*gib)), the("b", reserving(5*gib)), the("c", reserving(5*gib))}}, []string{"service s_c may find no room beside the other services of the stack:"}},
		{"the one without a choice goes first", scenery{nodes: two, want: []swarm.ServiceSpec{the("a", reserving(5*gib)), the("b", reserving(5*gib), on("node.id == alpha"))}}, nil},
		{"CPUs", scenery{nodes: one, want: []swarm.ServiceSpec{the("app", func(s *swarm.ServiceSpec) { s.TaskTemplate.Resources.Reservations.NanoCPUs = 6e9 })}}, []string{"4 of its 4 CPUs is unreserved; a task reserves 6"}},
		{"named generic resource", scenery{nodes: []swarm.Node{node("alpha", gpus("a", "b"))}, want: []swarm.ServiceSpec{the("app", generic("gpu", 2))}}, nil},
		{"too few of them", scenery{nodes: []swarm.Node{node("alpha", gpus("a"))}, want: []swarm.ServiceSpec{the("app", generic("gpu", 2))}}, []string{"1 of its 1 generic resource gpu"}},
		{"none of them", scenery{nodes: one, want: []swarm.ServiceSpec{the("app", generic("gpu", 1))}}, []string{"0 of its 0 generic resource gpu"}},
		{"what is reserved and not positive", scenery{nodes: one, want: []swarm.ServiceSpec{the("app", reserving(-1))}}, nil},

		{"update, stop-first, in its own room", scenery{nodes: one, services: []swarm.Service{up(heavy)}, tasks: tasks(heavy, "alpha"), want: []swarm.ServiceSpec{the("app", reserving(5*gib), runs("app:2"))}}, nil},
		{
			"update, start-first, needs both",
			scenery{nodes: one, services: []swarm.Service{up(heavy)}, tasks: tasks(heavy, "alpha"), want: []swarm.ServiceSpec{the("app", reserving(5*gib), runs("app:2"), startFirst(1))}},
			[]string{"refused:", "3GiB of its 8GiB", "The new tasks start beside the old ones: make room, or set update_config: {order: stop-first}"},
		},
		{"labels alone make no new task", scenery{nodes: one, services: []swarm.Service{up(heavy)}, tasks: tasks(heavy, "alpha"), want: []swarm.ServiceSpec{the("app", reserving(5*gib), startFirst(1), func(s *swarm.ServiceSpec) { s.Labels["a"] = "b" })}}, nil},
		{"nothing changes on a full node", scenery{nodes: one, services: []swarm.Service{up(the("app", reserving(9*gib)))}, want: []swarm.ServiceSpec{the("app", reserving(9*gib))}}, nil},
		{"constraints alone, start-first", scenery{nodes: one, services: []swarm.Service{up(heavy)}, tasks: tasks(heavy, "alpha"), want: []swarm.ServiceSpec{the("app", reserving(5*gib), startFirst(1), on("node.id == alpha"))}}, nil},
		{
			"scale up",
			scenery{nodes: one, services: []swarm.Service{up(heavy)}, tasks: tasks(heavy, "alpha"), want: []swarm.ServiceSpec{the("app", times(2), reserving(5*gib))}},
			[]string{"refused: service s_app: no node can run it:", "3GiB of its 8GiB"},
		},
		{
			"start-first, all at once", scenery{
				nodes: two, services: []swarm.Service{up(the("app", times(2), reserving(3*gib)))}, tasks: tasks(the("app", reserving(3*gib)), "alpha", "alpha"),
				want: []swarm.ServiceSpec{the("app", times(2), reserving(5*gib), startFirst(0))},
			}, []string{"the nodes have room for 1 of 2 tasks"},
		},
		{"what is being removed makes no room yet", scenery{nodes: one, services: []swarm.Service{up(the("old", reserving(5*gib)))}, tasks: tasks(the("old", reserving(5*gib)), "alpha"), want: []swarm.ServiceSpec{heavy}}, []string{"refused: service s_app"}},
		{"a task that has ended", scenery{nodes: one, services: []swarm.Service{up(other)}, tasks: func() []swarm.Task {
			list := tasks(other, "alpha")
			list[0].Status.State = swarm.TaskStateFailed
			return list
		}(), want: []swarm.ServiceSpec{heavy}}, nil},

		{"max replicas per node", scenery{nodes: two, want: []swarm.ServiceSpec{the("app", times(3), atMost(1))}}, []string{"room for 2 of 3 tasks", "max_replicas_per_node is 1"}},
		{
			"max replicas per node, start-first",
			scenery{nodes: one, services: []swarm.Service{up(the("app", atMost(1)))}, tasks: tasks(the("app"), "alpha"), want: []swarm.ServiceSpec{the("app", atMost(1), startFirst(1), runs("app:2"))}},
			[]string{"refused:", "max_replicas_per_node is 1", "order: stop-first"},
		},
		{"host port, more tasks than nodes", scenery{nodes: two, want: []swarm.ServiceSpec{the("app", times(3), publishing(80, onNodes))}}, []string{"room for 2 of 3 tasks", "a node has port 80/tcp once"}},
		{
			"host port of another stack", scenery{
				nodes: one, services: []swarm.Service{up(the("web", of("other"), publishing(80, onNodes)))}, tasks: tasks(the("web", of("other")), "alpha"),
				want: []swarm.ServiceSpec{the("app", publishing(80, onNodes))},
			}, []string{"refused:", "node alpha: service other_web publishes port 80/tcp there, in mode host"},
		},
		{
			"host port, start-first", scenery{
				nodes: one, services: []swarm.Service{up(the("app", publishing(80, onNodes)))}, tasks: tasks(the("app"), "alpha"),
				want: []swarm.ServiceSpec{the("app", publishing(80, onNodes), startFirst(1), runs("app:2"))},
			}, []string{"refused:", "service s_app publishes port 80/tcp there", "order: stop-first"},
		},
		{
			"host port, stop-first", scenery{
				nodes: one, services: []swarm.Service{up(the("app", publishing(80, onNodes)))}, tasks: tasks(the("app"), "alpha"),
				want: []swarm.ServiceSpec{the("app", publishing(80, onNodes), runs("app:2"))},
			}, nil,
		},

		{"global", scenery{nodes: two, want: []swarm.ServiceSpec{the("app", everywhere, reserving(5*gib))}}, nil},
		{"global, where it may", scenery{nodes: two, want: []swarm.ServiceSpec{the("app", everywhere, on("node.id == beta"))}}, nil},
		{"global, nowhere", scenery{nodes: two, want: []swarm.ServiceSpec{the("app", everywhere, on("node.id == x"))}}, []string{"service s_app runs nowhere:", "node alpha: constraint node.id == x"}},
		{
			"global, one node is full",
			scenery{nodes: two, services: []swarm.Service{up(other)}, tasks: tasks(other, "alpha"), want: []swarm.ServiceSpec{the("app", everywhere, reserving(5*gib))}},
			[]string{"refused: service s_app: not every node that it is to run on can run it:", "node alpha: 2GiB of its 8GiB"},
		},
		{"global, a drained node is left out", scenery{nodes: []swarm.Node{node("alpha"), node("beta", drained)}, want: []swarm.ServiceSpec{the("app", everywhere)}}, nil},
		{"job", scenery{nodes: one, want: []swarm.ServiceSpec{the("app", reserving(5*gib), func(s *swarm.ServiceSpec) {
			two, nine := uint64(2), uint64(9)
			s.Mode = swarm.ServiceMode{ReplicatedJob: &swarm.ReplicatedJob{MaxConcurrent: &two, TotalCompletions: &nine}}
		})}}, []string{"room for 1 of 2 tasks"}},
		{
			"platform", scenery{nodes: two, want: []swarm.ServiceSpec{the("app", func(s *swarm.ServiceSpec) {
				s.TaskTemplate.Placement.Platforms = []swarm.Platform{{OS: "linux", Architecture: "arm64"}}
			})}}, []string{"refused:", "node alpha, beta: it is linux/amd64; the image is for linux/arm64", "Use an image for the platform of a node"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { expect(t, test.state.judge(t), test.says) })
	}
}

// expect finds the parts in order; without parts there must be nothing.
func expect(t *testing.T, said string, parts []string) {
	t.Helper()
	if len(parts) == 0 && said != "" {
		t.Errorf("said:\n%s\nwant nothing", said)
	}
	rest := said
	for _, part := range parts {
		_, after, found := strings.Cut(rest, part)
		if !found {
			t.Fatalf("said:\n%s\nwant, in order: %q", said, parts)
		}
		rest = after
	}
}

func TestPreflightNamesOnlySomeOfManyNodes(t *testing.T) {
	var nodes []swarm.Node
	for i := range 40 {
		nodes = append(nodes, node(fmt.Sprintf("n%02d", i)))
	}
	said := scenery{nodes: nodes, want: []swarm.ServiceSpec{the("app", on("node.hostname == x"))}}.judge(t)
	expect(t, said, []string{"node n00: ", "node n09: ", "and 30 more reasons"})
	said = scenery{nodes: nodes, want: []swarm.ServiceSpec{the("app", on("node.role == manager"))}}.judge(t)
	expect(t, said, []string{"node n00, n01, n02, n03, n04 and 35 more: "})
}
