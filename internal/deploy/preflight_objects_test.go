package deploy

import (
	"strings"
	"testing"
	"time"

	"github.com/docker/docker/api/types/mount"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/swarm"
	"github.com/docker/docker/api/types/volume"

	"coopcloud.tech/catalogue/internal/deploy/convert"
)

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
		{"external and nowhere", scenery{nodes: []swarm.Node{node("alpha")}, want: []swarm.ServiceSpec{the("app", external), the("b", external)}}, []string{"external volume s_data does not exist: a node that lacks it makes an empty one"}},
		{"external and not on this node", scenery{nodes: []swarm.Node{node("alpha"), node("beta")}, want: []swarm.ServiceSpec{the("app", external)}}, []string{"external volume s_data is not on the node that was asked"}},
		{"external, and another stack's", scenery{services: []swarm.Service{up(the("db", of("other"), mounting("s_data", nil)))}, want: []swarm.ServiceSpec{the("app", external)}}, nil},
		{"of the swarm, which an old engine does not know", scenery{api: "1.41", want: []swarm.ServiceSpec{the("app", ofSwarm("s_data"))}}, []string{"refused: service s_app: s_data is a cluster volume, which engines know from version 23.0 (API 1.42) on, and this one speaks API 1.41"}},
		{"of the swarm, and not there", scenery{api: "1.43", want: []swarm.ServiceSpec{the("app", ofSwarm("s_data"))}}, []string{"service s_app: cluster volume s_data does not exist"}},
		{"of the swarm", scenery{api: "1.43", volumes: made("csi", nil), want: []swarm.ServiceSpec{the("app", ofSwarm("s_data"))}}, nil},
		{"a group of the swarm's", scenery{api: "1.43", want: []swarm.ServiceSpec{the("app", ofSwarm("group:fast"))}}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			said := test.state.judge(t)
			if expect(t, said, test.says); strings.Contains(said, "hunter2") || strings.Count(said, "volume s_data") > 1 || strings.Count(said, "external volume") > 1 {
				t.Errorf("said: %s", said)
			}
		})
	}
}

func ofSwarm(name string) func(*swarm.ServiceSpec) {
	return func(s *swarm.ServiceSpec) {
		s.TaskTemplate.ContainerSpec.Mounts = []mount.Mount{{Type: mount.TypeCluster, Source: name, Target: "/x", ClusterOptions: &mount.ClusterOptions{}}}
	}
}

func TestPreflightNetworkDrivers(t *testing.T) {
	plugged := func(name string, drivers ...string) swarm.Node {
		n := node(name)
		for _, driver := range drivers {
			n.Description.Engine.Plugins = append(n.Description.Engine.Plugins, swarm.PluginDescription{Type: "Network", Name: driver})
		}
		return n
	}
	weave := []convert.Network{{Name: "s_net", CreateOptions: network.CreateOptions{Driver: "weave"}}}
	plain, woven := plugged("alpha", "overlay"), plugged("beta", "overlay", "weave:latest")
	for _, test := range []struct {
		name  string
		state scenery
		says  []string
	}{
		{"nobody has it", scenery{nodes: []swarm.Node{plain}, networks: weave}, []string{"refused: network s_net: no node has its driver:\n  node alpha: it has no network driver weave"}},
		{"some have it", scenery{nodes: []swarm.Node{plain, woven}, networks: weave}, []string{"network s_net: services that are in it run on no node without its driver:\n  node alpha: "}},
		{"all have it", scenery{nodes: []swarm.Node{woven}, networks: weave}, nil},
		{"an engine that lists none", scenery{nodes: []swarm.Node{node("old")}, networks: weave}, nil},
		{"overlay", scenery{nodes: []swarm.Node{plain}, networks: []convert.Network{{Name: "s_net", CreateOptions: network.CreateOptions{Driver: "overlay"}}}}, nil},
	} {
		t.Run(test.name, func(t *testing.T) { expect(t, test.state.judge(t), test.says) })
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
