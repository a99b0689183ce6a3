package deploy

import (
	"strings"
	"testing"

	"github.com/docker/docker/api/types/mount"
	"github.com/docker/docker/api/types/swarm"
)

// worker is a node that runs tasks.
func worker(change ...func(*swarm.Node)) swarm.Node {
	node := swarm.Node{
		ID: "n1",
		Spec: swarm.NodeSpec{
			Annotations:  swarm.Annotations{Labels: map[string]string{"Zone": "north"}},
			Role:         swarm.NodeRoleWorker,
			Availability: swarm.NodeAvailabilityActive,
		},
		Description: swarm.NodeDescription{
			Hostname: "alpha",
			Platform: swarm.Platform{Architecture: "x86_64", OS: "linux"},
			Engine: swarm.EngineDescription{
				Labels:  map[string]string{"disk": "ssd"},
				Plugins: []swarm.PluginDescription{{Type: "Log", Name: "json-file"}, {Type: "Volume", Name: "local"}, {Type: "Volume", Name: "rexray:latest"}},
			},
			Resources: swarm.Resources{NanoCPUs: 4e9, MemoryBytes: 8 << 30},
		},
		Status: swarm.NodeStatus{State: swarm.NodeStateReady, Addr: "10.0.0.7"},
	}
	for _, c := range change {
		c(&node)
	}
	return node
}

// serviceOf is a service with that task.
func serviceOf(change ...func(*swarm.TaskSpec)) swarm.ServiceSpec {
	task := swarm.TaskSpec{ContainerSpec: &swarm.ContainerSpec{Image: "app:1"}, Placement: &swarm.Placement{}}
	for _, c := range change {
		c(&task)
	}
	return swarm.ServiceSpec{Annotations: swarm.Annotations{Name: "s_app"}, TaskTemplate: task}
}

func constrained(constraints ...string) func(*swarm.TaskSpec) {
	return func(t *swarm.TaskSpec) { t.Placement.Constraints = constraints }
}

func platforms(names ...string) func(*swarm.TaskSpec) {
	return func(t *swarm.TaskSpec) {
		for _, name := range names {
			os, arch, _ := strings.Cut(name, "/")
			t.Placement.Platforms = append(t.Placement.Platforms, swarm.Platform{OS: os, Architecture: arch})
		}
	}
}

func volumeOf(driver string) func(*swarm.TaskSpec) {
	return func(t *swarm.TaskSpec) {
		t.ContainerSpec.Mounts = []mount.Mount{{
			Type: mount.TypeVolume, Source: "s_data", Target: "/data",
			VolumeOptions: &mount.VolumeOptions{DriverConfig: &mount.Driver{Name: driver}},
		}}
	}
}

func logged(driver string) func(*swarm.TaskSpec) {
	return func(t *swarm.TaskSpec) { t.LogDriver = &swarm.Driver{Name: driver} }
}

// The cases are those of swarmkit's own tests of constraints and filters, and
// those that operators write.
func TestEligible(t *testing.T) {
	tests := []struct {
		name   string
		node   swarm.Node
		spec   swarm.ServiceSpec
		reason string
	}{
		{"anything", worker(), serviceOf(), ""},
		{"no placement", worker(), serviceOf(func(t *swarm.TaskSpec) { t.Placement = nil }), ""},
		{"down", worker(func(n *swarm.Node) { n.Status.State = swarm.NodeStateDown }), serviceOf(), "it is down"},
		{"drained", worker(func(n *swarm.Node) { n.Spec.Availability = swarm.NodeAvailabilityDrain }), serviceOf(), "its availability is drain"},
		{"paused", worker(func(n *swarm.Node) { n.Spec.Availability = swarm.NodeAvailabilityPause }), serviceOf(), "its availability is pause"},

		{"ID", worker(), serviceOf(constrained("node.id == N1")), ""},
		{"other ID", worker(), serviceOf(constrained("node.id==n2")), "constraint node.id==n2 is not met: its ID is n1"},
		{"hostname in any case", worker(), serviceOf(constrained("node.hostname == ALPHA")), ""},
		{"key in any case", worker(), serviceOf(constrained("Node.HostName==alpha")), ""},
		{"role", worker(), serviceOf(constrained("node.role == manager")), "constraint node.role == manager is not met: its role is worker"},
		{"not that role", worker(), serviceOf(constrained("node.role != manager")), ""},
		{"label", worker(), serviceOf(constrained("node.labels.Zone == North")), ""},
		{"label in another case", worker(), serviceOf(constrained("node.labels.zone == north")), "constraint node.labels.zone == north is not met: it has no label zone"},
		{"prefix in another case", worker(), serviceOf(constrained("NODE.Labels.Zone == north")), ""},
		{"missing label is not that", worker(), serviceOf(constrained("node.labels.other != north")), ""},
		{"no labels at all", worker(func(n *swarm.Node) { n.Spec.Labels = nil }), serviceOf(constrained("node.labels.a == b")), "constraint node.labels.a == b is not met: it has no label a"},
		{"engine label", worker(), serviceOf(constrained("engine.labels.disk == ssd")), ""},
		{"other engine label", worker(), serviceOf(constrained("engine.labels.disk != SSD")), "constraint engine.labels.disk != SSD is not met: its engine label disk is ssd"},
		{"system", worker(), serviceOf(constrained("node.platform.os == Linux")), ""},
		{"architecture as the kernel says", worker(), serviceOf(constrained("node.platform.arch == x86_64")), ""},
		{"architecture as images say", worker(), serviceOf(constrained("node.platform.arch == amd64")), "constraint node.platform.arch == amd64 is not met: its architecture is x86_64"},
		{"address", worker(), serviceOf(constrained("node.ip == 10.0.0.7")), ""},
		{"other address", worker(), serviceOf(constrained("node.ip != 10.0.0.7")), "constraint node.ip != 10.0.0.7 is not met: its address is 10.0.0.7"},
		{"subnet", worker(), serviceOf(constrained("node.ip == 10.0.0.0/24")), ""},
		{"not in the subnet", worker(), serviceOf(constrained("node.ip != 10.0.0.0/24")), "constraint node.ip != 10.0.0.0/24 is not met: its address is 10.0.0.7"},
		{"no address", worker(), serviceOf(constrained("node.ip != ten")), "constraint node.ip != ten is not met: its address is 10.0.0.7"},
		{"unknown key", worker(), serviceOf(constrained("node.name != x")), "constraint node.name != x is not met: Swarm knows no node.name"},
		{"prefix alone", worker(), serviceOf(constrained("node.labels.==x")), "constraint node.labels.==x is not met: Swarm knows no node.labels."},
		{"glob is a value", worker(), serviceOf(constrained("node.hostname == alph*")), "constraint node.hostname == alph* is not met: its hostname is alpha"},
		{"all have to hold", worker(), serviceOf(constrained("node.id == n1", "node.role == manager")), "constraint node.role == manager is not met: its role is worker"},

		{"platform", worker(), serviceOf(platforms("linux/arm64", "linux/amd64")), ""},
		{"other platform", worker(), serviceOf(platforms("linux/arm64", "linux/arm64")), "it is linux/amd64; the image is for linux/arm64"},
		{"other system", worker(), serviceOf(platforms("windows/amd64")), "it is linux/amd64; the image is for windows/amd64"},
		{"arm of any kind", worker(func(n *swarm.Node) { n.Description.Platform.Architecture = "armv7l" }), serviceOf(platforms("linux/")), ""},
		{"arm64 by the kernel's name", worker(func(n *swarm.Node) { n.Description.Platform.Architecture = "aarch64" }), serviceOf(platforms("linux/arm64")), ""},

		{"driver", worker(), serviceOf(volumeOf("rexray")), ""},
		{"default driver", worker(), serviceOf(volumeOf("")), ""},
		{"missing driver", worker(), serviceOf(volumeOf("nfs")), "it has no volume driver nfs"},
		{"log driver", worker(), serviceOf(logged("json-file")), ""},
		{"no log", worker(), serviceOf(logged("none")), ""},
		{"missing log driver", worker(), serviceOf(logged("loki")), "it has no log driver loki"},
		{"engine that lists no log drivers", worker(func(n *swarm.Node) { n.Description.Engine.Plugins = nil }), serviceOf(logged("loki")), ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := eligible(test.node, test.spec); got != test.reason {
				t.Errorf("%q, want %q", got, test.reason)
			}
		})
	}
}
