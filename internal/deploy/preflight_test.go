package deploy

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

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
	options  Options
}

// judge runs the checks and returns what they say, refusals first.
func (s scenery) judge(t *testing.T) string {
	t.Helper()
	have := &swarmState{}
	for _, service := range s.services {
		if service.Spec.Labels[convert.LabelNamespace] == "s" {
			have.Services = append(have.Services, service)
		}
	}
	around := &engine.Surroundings{Nodes: s.nodes, Services: s.services, Running: s.tasks, Volumes: s.volumes}
	before, _ := json.Marshal([]any{around, s.want})
	plan := Decide(have, &convert.Specs{Stack: "s", Services: s.want}, nil, Choices{})
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

func TestPreflightPorts(t *testing.T) {
	web := func(stack string, mode swarm.PortConfigPublishMode) []swarm.Service {
		return []swarm.Service{up(the("web", of(stack), publishing(80, mode)))}
	}
	chosen := up(the("web", of("other")))
	chosen.Endpoint.Ports = []swarm.PortConfig{{Protocol: "tcp", TargetPort: 80, PublishedPort: 30000, PublishMode: mesh}}
	tests := []struct {
		name  string
		state scenery
		says  []string
	}{
		{"free", scenery{services: web("other", mesh), want: []swarm.ServiceSpec{the("app", publishing(81, mesh))}}, nil},
		{"mesh and mesh", scenery{services: web("other", mesh), want: []swarm.ServiceSpec{the("app", publishing(80, mesh))}}, []string{"refused: service s_app: port 80/tcp is taken by service other_web of stack other; choose another port, or undeploy that stack"}},
		{"mesh and host", scenery{services: web("other", onNodes), want: []swarm.ServiceSpec{the("app", publishing(80, mesh))}}, []string{"refused: service s_app: port 80/tcp is taken by service other_web"}},
		{"host and mesh", scenery{services: web("other", mesh), want: []swarm.ServiceSpec{the("app", publishing(80, onNodes))}}, []string{"refused: service s_app: port 80/tcp is taken"}},
		{"host and host", scenery{services: web("other", onNodes), want: []swarm.ServiceSpec{the("app", publishing(80, onNodes))}}, nil},
		{"another protocol", scenery{services: web("other", mesh), want: []swarm.ServiceSpec{the("app", func(s *swarm.ServiceSpec) {
			s.EndpointSpec.Ports = []swarm.PortConfig{{Protocol: swarm.PortConfigProtocolUDP, TargetPort: 80, PublishedPort: 80}}
		})}}, nil},
		{"a number that Swarm chose", scenery{services: []swarm.Service{chosen}, want: []swarm.ServiceSpec{the("app", publishing(30000, mesh))}}, []string{"refused: service s_app: port 30000/tcp is taken by service other_web"}},
		{"a service of no stack", scenery{services: []swarm.Service{{ID: "x", Spec: swarm.ServiceSpec{Annotations: swarm.Annotations{Name: "x"}, EndpointSpec: the("a", publishing(80, mesh)).EndpointSpec}}}, want: []swarm.ServiceSpec{the("app", publishing(80, mesh))}}, []string{"taken by service x; choose another port, or remove that service"}},
		{"its own", scenery{services: []swarm.Service{up(the("app", publishing(80, mesh)))}, want: []swarm.ServiceSpec{the("app", publishing(80, mesh), runs("app:2"))}}, nil},
		{"kept services are not asked", scenery{services: append(web("other", mesh), up(the("app", publishing(80, mesh)))), want: []swarm.ServiceSpec{the("app", publishing(80, mesh))}}, nil},
		{"moved within the stack", scenery{services: web("s", mesh), want: []swarm.ServiceSpec{the("app", publishing(80, mesh))}}, []string{"refused: service s_app: port 80/tcp is taken by service s_web of this stack", "docker service rm s_web"}},
		{"host and mesh within the stack", scenery{want: []swarm.ServiceSpec{the("a", publishing(80, onNodes)), the("b", publishing(80, mesh))}}, []string{"refused: service s_b: port 80/tcp is also published by service s_a"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { expect(t, test.state.judge(t), test.says) })
	}
}

// A hostile recipe publishes ten thousand ports.
func TestPreflightOfManyPorts(t *testing.T) {
	all := func(s *swarm.ServiceSpec) {
		for n := range uint32(10000) {
			s.EndpointSpec.Ports = append(s.EndpointSpec.Ports, swarm.PortConfig{Protocol: "tcp", TargetPort: 80, PublishedPort: n + 1, PublishMode: onNodes})
		}
	}
	services := []swarm.Service{up(the("web", of("other"), func(s *swarm.ServiceSpec) { all(s); s.EndpointSpec.Ports[0].PublishMode = mesh }))}
	want := []swarm.ServiceSpec{the("a", all), the("b", all), the("c", func(s *swarm.ServiceSpec) {
		all(s)
		for i := range s.EndpointSpec.Ports {
			s.EndpointSpec.Ports[i].PublishMode = mesh
		}
	})}
	start := time.Now()
	said := scenery{nodes: []swarm.Node{node("alpha")}, services: services, want: want}.judge(t)
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("it took %s", took)
	}
	expect(t, said, []string{"service s_a: port 1/tcp is taken by service other_web", "service s_c: 19995 more ports are taken"})
	if lines := strings.Count(said, "\n"); lines > 40 {
		t.Errorf("%d lines are said", lines)
	}
}

func TestPreflightVolumes(t *testing.T) {
	nfs := &mount.Driver{Name: "local", Options: map[string]string{"type": "nfs", "o": "addr=10.0.0.1,password=hunter2"}}
	made := func(driver string, options map[string]string) []*volume.Volume {
		return []*volume.Volume{{Name: "s_data", Driver: driver, Options: options}}
	}
	external := func(s *swarm.ServiceSpec) {
		mounting("s_data", nfs)(s)
		s.TaskTemplate.ContainerSpec.Mounts[0].VolumeOptions.Labels = nil
	}
	tests := []struct {
		name  string
		state scenery
		says  []string
	}{
		{"new", scenery{want: []swarm.ServiceSpec{the("app", mounting("s_data", nfs))}}, nil},
		{"as it was made", scenery{volumes: made("local", nfs.Options), want: []swarm.ServiceSpec{the("app", mounting("s_data", nfs))}}, nil},
		{"by default", scenery{volumes: made("local", nil), want: []swarm.ServiceSpec{the("app", mounting("s_data", nil))}}, nil},
		{"other options", scenery{volumes: made("local", nil), want: []swarm.ServiceSpec{the("app", mounting("s_data", nfs))}}, []string{"volume s_data was made with another driver_opts.o, driver_opts.type, and Swarm keeps it as it is"}},
		{"another driver", scenery{volumes: made("rexray", nil), want: []swarm.ServiceSpec{the("app", mounting("s_data", nil))}}, []string{"volume s_data was made with another driver, and"}},
		{"on a node that is not asked", scenery{services: []swarm.Service{up(the("app", mounting("s_data", nil)))}, want: []swarm.ServiceSpec{the("app", mounting("s_data", nfs))}}, []string{"volume s_data was made with another driver_opts.o, driver_opts.type"}},
		{"once, however many mount it", scenery{volumes: made("rexray", nil), want: []swarm.ServiceSpec{the("a", mounting("s_data", nil)), the("b", mounting("s_data", nil))}}, []string{"volume s_data"}},
		{"external", scenery{volumes: made("rexray", nil), want: []swarm.ServiceSpec{the("app", external)}}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			said := test.state.judge(t)
			if expect(t, said, test.says); strings.Contains(said, "hunter2") || strings.Count(said, "volume s_data") > 1 {
				t.Errorf("said: %s", said)
			}
		})
	}
}

func TestPreflightPolicies(t *testing.T) {
	digested := "app:1@sha256:" + strings.Repeat("2", 64)
	expect(t, scenery{want: []swarm.ServiceSpec{the("app")}, options: Options{RequireDigest: true}}.judge(t), []string{"refused: service s_app: the digest of image app:1 is not known"})
	expect(t, scenery{want: []swarm.ServiceSpec{the("app", runs(digested))}, options: Options{RequireDigest: true}}.judge(t), nil)
	lint := Options{Lint: []LintError{{Rule: "R009", Where: "compose.yml:2", Message: "no service is named app"}}}
	expect(t, scenery{options: lint}.judge(t), []string{"refused: ", "compose.yml:2: no service is named app [R009]", "--no-lint"})
}

func TestPreflightSaysEverythingAtOnce(t *testing.T) {
	said := scenery{
		nodes: []swarm.Node{node("alpha")}, services: []swarm.Service{up(the("web", of("other"), publishing(80, mesh)))},
		want:    []swarm.ServiceSpec{the("a", publishing(80, mesh)), the("b", on("node.id == x")), the("c", reserving(9*gib))},
		options: Options{RequireDigest: true},
	}.judge(t)
	if n := strings.Count(said, "refused: "); n != 6 {
		t.Errorf("%d refusals, want 6:\n%s", n, said)
	}
}

func TestDomains(t *testing.T) {
	tests := []struct {
		domain, rule string
		names        []string
	}{
		{"", "", nil},
		{"cloud.coop.org", "", []string{"cloud.coop.org"}},
		{"cloud.coop.org", "Host(`cloud.coop.org`, `www.coop.org`)", []string{"cloud.coop.org", "www.coop.org"}},
		{"", "Host(`a.coop.org`) || (Host(\"B.coop.org\") && PathPrefix(`/x.y`))", []string{"a.coop.org", "b.coop.org"}},
		{"", "HostRegexp(`.+.coop.org`)", nil},
		{"app.test", "Host(`x.localhost`, `example.com`, `www.example.org`, `a.invalid`, `printer.local`)", nil},
		{"10.0.0.1", "Host(`2001:db8::1`)", nil},
		{"name", "Host(`*.coop.org`, `..`, `-a.org`, `a b.org`)", nil},
		{"latest.example.coop", "", []string{"latest.example.coop"}},
		{strings.Repeat("a.", 200) + "org", "Host(`" + strings.Repeat("a", 64) + ".org`)", nil},
	}
	for _, test := range tests {
		want := &Desired{Specs: &convert.Specs{Services: []swarm.ServiceSpec{the("app", func(s *swarm.ServiceSpec) {
			s.Labels["traefik.http.routers.x.rule"] = test.rule
			s.Labels["traefik.http.routers.x.rules"] = "Host(`other.coop.org`)"
		})}}}
		want.Env.Vars = map[string]string{"DOMAIN": test.domain}
		if got := want.domains(); !slices.Equal(got, test.names) {
			t.Errorf("%q %q: %q, want %q", test.domain, test.rule, got, test.names)
		}
	}
}

func TestDomainsAreBounded(t *testing.T) {
	var rule strings.Builder
	for i := range 500 {
		fmt.Fprintf(&rule, "Host(`h%d.coop.org`) || ", i)
	}
	want := &Desired{Specs: &convert.Specs{Services: []swarm.ServiceSpec{the("app", func(s *swarm.ServiceSpec) {
		s.Labels["traefik.http.routers.x.rule"] = rule.String()
	})}}}
	if got := want.domains(); len(got) != maxDomains {
		t.Errorf("%d names are looked up, want %d", len(got), maxDomains)
	}
}

func TestPreflightDomains(t *testing.T) {
	addresses := func(texts ...string) (list []netip.Addr) {
		for _, text := range texts {
			list = append(list, netip.MustParseAddr(text))
		}
		return list
	}
	gone := &net.DNSError{Err: "no such host", Name: "a.coop.org.", IsNotFound: true}
	tests := []struct {
		name  string
		found domain
		swarm []netip.Addr
		says  []string
	}{
		{"leads there", domain{"a.coop.org", addresses("2001:db8::1", "::ffff:198.51.100.7"), nil}, addresses("198.51.100.7"), nil},
		{"does not exist", domain{"a.coop.org", nil, gone}, nil, []string{"refused: domain a.coop.org does not exist in DNS", "--no-domain-checks"}},
		{"no answer", domain{"a.coop.org", nil, &net.DNSError{Err: "i/o timeout", IsTimeout: true}}, nil, []string{"domain a.coop.org could not be looked up"}},
		{"leads elsewhere", domain{"a.coop.org", addresses("203.0.113.9"), nil}, addresses("198.51.100.7", "10.0.0.1"), []string{"domain a.coop.org leads to 203.0.113.9, and to no address of the swarm that is known here (198.51.100.7, 10.0.0.1)"}},
		{"the swarm's address in public is not known", domain{"a.coop.org", addresses("203.0.113.9"), nil}, addresses("10.0.0.1", "127.0.0.1"), nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			plan := &Plan{}
			(&preflight{plan: plan}).domains([]domain{test.found}, test.swarm)
			var said []string
			for _, text := range plan.Refused {
				said = append(said, "refused: "+text)
			}
			expect(t, strings.Join(append(said, plan.Warnings...), "\n"), test.says)
		})
	}
}

func TestAddressesOfTheSwarm(t *testing.T) {
	f := &facts{
		servers: []netip.Addr{netip.MustParseAddr("::ffff:198.51.100.7")},
		around: &engine.Surroundings{Nodes: []swarm.Node{
			{Status: swarm.NodeStatus{Addr: "0.0.0.0"}, ManagerStatus: &swarm.ManagerStatus{Addr: "[2001:db8::2]:2377"}},
			{Status: swarm.NodeStatus{Addr: "198.51.100.7"}},
			{},
		}},
	}
	if got := listed(f.addresses()); got != "198.51.100.7, 2001:db8::2" {
		t.Errorf("addresses: %s", got)
	}
}

// A resolver that hangs holds a deploy up for a bounded time.
func TestResolverThatHangs(t *testing.T) {
	silent, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	d := &Deployer{Resolver: &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, silent.LocalAddr().String())
	}}}
	start := time.Now()
	found := d.resolve(t.Context(), []string{"a.coop.org", "b.coop.org"})
	if took := time.Since(start); took > 2*domainTimeout {
		t.Errorf("it took %s", took)
	}
	for _, one := range found {
		if one.err == nil || notInDNS(one.err) {
			t.Errorf("%s: %v, want no answer", one.name, one.err)
		}
	}
}
