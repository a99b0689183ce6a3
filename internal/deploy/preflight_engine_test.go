package deploy_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/docker/docker/api/types/volume"

	"coopcloud.tech/catalogue/internal/deploy"
	engineclient "coopcloud.tech/catalogue/internal/deploy/swarm"
)

// refused deploys, and expects a refusal at once that says all the parts, with
// nothing written.
func (r *rig) refused(source deploy.Source, o deploy.Options, parts ...string) {
	r.t.Helper()
	before, start := len(r.services()), time.Now()
	err := r.deploy(source, o)
	if !errors.Is(err, deploy.ErrRefused) {
		r.t.Fatalf("%v, want a refusal", err)
	}
	if took := time.Since(start); took > 15*time.Second {
		r.t.Errorf("the refusal took %s", took)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			r.t.Errorf("%v\nwant: %s", err, part)
		}
	}
	if left := r.services(); len(left) != before {
		r.t.Errorf("services: %v", left)
	}
}

// What docker stack deploy would wait for without an end, or leave half done, is
// refused before any write, all of it at once.
func TestPreflight(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:1")
	info, err := r.engine.API.Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	holder := rigOn(t, r.engine, "")
	holder.stack = r.stack
	all := quick + fmt.Sprintf(`
  moon: {image: "tiny:1", deploy: {placement: {constraints: ["node.labels.moon == full"]}}}
  heavy:
    image: tiny:1
    deploy:
      resources: {reservations: {memory: %dM}}
  many: {image: "tiny:1", deploy: {replicas: 3, placement: {max_replicas_per_node: 2}}}
  lost: {image: "tiny:1", networks: [gone], secrets: [key]}
networks: {gone: {external: true}}
secrets: {key: {external: true}}
`, info.MemTotal>>20+100)
	r.refused(
		at("1.0.0+1", compose(all)), deploy.Options{},
		"service "+r.stack+"_moon: no node can run it:\n  node "+info.Name+": constraint node.labels.moon == full is not met: it has no label moon",
		"service "+r.stack+"_heavy: no node can run it:", "of memory is unreserved; a task reserves",
		"service "+r.stack+"_many: the nodes have room for 2 of 3 tasks:", "max_replicas_per_node is 2",
		"(compose.yml:", "external network gone does not exist", "secret not inserted: key",
	)
}

func TestPreflightPortOfAnotherStack(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:1")
	if err := r.deploy(at("1.0.0+1", compose(quick+"  web: {image: \"tiny:1\", stop_grace_period: 1s, ports: [\"18098:80\"]}\n")), deploy.Options{NoWait: true}); err != nil {
		t.Fatal(err)
	}
	other := rigOn(t, r.engine, "STACK_NAME=another_stack\n")
	other.refused(at("1.0.0+1", compose(quick+"  proxy: {image: \"tiny:1\", ports: [{target: 80, published: 18098, mode: host}]}\n")), deploy.Options{},
		"service another_stack_proxy: port 18098/tcp is taken by service "+r.stack+"_web of stack "+r.stack+"; choose another port, or undeploy that stack (compose.yml:")
	// A port that moves within the stack is still held while the other is created.
	r.refused(at("2.0.0+1", compose(quick+"  proxy: {image: \"tiny:1\", ports: [\"18098:80\"]}\n")), deploy.Options{},
		"port 18098/tcp is taken by service "+r.stack+"_web of this stack", "docker service rm "+r.stack+"_web")
	// Its own port is no obstacle.
	plan, err := r.plan(at("1.1.0+1", compose(quick+"  web: {image: \"tiny:1\", environment: [A=1], ports: [\"18098:80\"]}\n")), deploy.Options{})
	if err != nil || len(plan.Refused) != 0 {
		t.Errorf("%v %v", err, plan)
	}
}

// Swarm would wait for ever for the port that the old task holds.
func TestPreflightStartFirstNeedsBoth(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:1")
	r.image("tiny:2")
	host := quick + "  web: {image: \"tiny:1\", stop_grace_period: 1s, ports: [{target: 80, published: 18097, mode: host}], deploy: {update_config: {order: start-first, monitor: 500ms}}}\n"
	r.mustDeploy(at("1.0.0+1", compose(host)))
	next := strings.Replace(host, "web: {image: \"tiny:1\"", "web: {image: \"tiny:2\"", 1)
	r.refused(at("1.1.0+2", compose(next)), deploy.Options{}, "service "+r.stack+"_web publishes port 18097/tcp there, in mode host", "order: stop-first")
	plan, err := r.plan(at("1.1.0+2", compose(strings.Replace(next, "start-first", "stop-first", 1))), deploy.Options{})
	if err != nil || len(plan.Refused) != 0 {
		t.Errorf("%v %v", err, plan)
	}
}

func TestPreflightPlatformAndDigest(t *testing.T) {
	r := newRegistryRig(t)
	foreign := r.registry.PushForeign(t, "foreign:1")
	if text := r.ask(foreign, deploy.Options{}).Text(false); !strings.Contains(text, "no node can run it:") || !strings.Contains(text, "the image is for linux/s390x") {
		t.Errorf("plan:\n%s", text)
	}
	strict := deploy.Options{RequireDigest: true}
	here := r.registry.Push(t, "here:1")
	if plan := r.ask(here, strict); len(plan.Refused) != 0 {
		t.Errorf("refused: %v", plan.Refused)
	}
	r.login("wrong-password")
	if plan := r.ask(here, deploy.Options{}); len(plan.Refused) != 0 || len(plan.Warnings) == 0 {
		t.Errorf("without the policy: %v %v", plan.Refused, plan.Warnings)
	}
	if plan := r.ask(here, strict); len(plan.Refused) != 1 || !strings.Contains(plan.Refused[0], "the digest of image "+here+" is not known") {
		t.Errorf("with the policy: %v", plan.Refused)
	}
}

func TestPreflightVolumeThatWasMadeOtherwise(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:1")
	name := r.stack + "_data"
	if _, err := r.engine.API.VolumeCreate(t.Context(), volume.CreateOptions{Name: name, DriverOpts: map[string]string{"type": "tmpfs", "device": "tmpfs"}}); err != nil {
		t.Fatal(err)
	}
	defer r.engine.API.VolumeRemove(t.Context(), name, true)
	plan, err := r.plan(at("1.0.0+1", compose(oneService)), deploy.Options{})
	if err != nil || len(plan.Refused) != 0 {
		t.Fatalf("%v %v", err, plan)
	}
	want := "volume " + name + " was made with another driver_opts.device, driver_opts.type, and Swarm keeps it as it is"
	if text := strings.Join(plan.Warnings, "\n"); !strings.Contains(text, want) {
		t.Errorf("warnings:\n%s\nwant: %s", text, want)
	}
}

// A proxy in front of the socket may forbid what a deploy can do without.
func TestPreflightBehindASocketProxy(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:1")
	behind := r.behindProxy("/volumes", "/nodes")
	want, err := deploy.Prepare(r.app, at("1.0.0+1", with(oneService, "    deploy:\n", "    deploy:\n      placement: {constraints: [node.labels.moon == full]}\n")))
	if err != nil {
		t.Fatal(err)
	}
	plan, err := behind.Plan(t.Context(), want, deploy.Options{Offline: true})
	if err != nil || len(plan.Refused) != 0 {
		t.Fatalf("%v %+v", err, plan)
	}
	text := strings.Join(plan.Warnings, "\n")
	for _, part := range []string{"volumes could not be listed, so their options are not checked", "the swarm's nodes could not be listed, so placement is not checked"} {
		if !strings.Contains(text, part) {
			t.Errorf("warnings:\n%s\nwant: %s", text, part)
		}
	}
}

// behindProxy reaches the engine through a proxy that forbids some paths.
func (r *rig) behindProxy(forbidden ...string) *deploy.Deployer {
	r.t.Helper()
	dir, err := os.MkdirTemp("", "proxy")
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { os.RemoveAll(dir) })
	socket := filepath.Join(dir, "sock")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		r.t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: "engine"})
	proxy.Transport = &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return net.Dial("unix", strings.TrimPrefix(r.engine.Host, "unix://"))
	}}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		for _, path := range forbidden {
			if strings.Contains(request.URL.Path, path) {
				http.Error(w, "forbidden by rule", http.StatusForbidden)
				return
			}
		}
		proxy.ServeHTTP(w, request)
	})}
	go server.Serve(listener)
	r.t.Cleanup(func() { server.Close() })
	client, err := engineclient.Connect(r.t.Context(), "unix://"+socket, func(string) string { return "" })
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { client.Close() })
	return &deploy.Deployer{Swarm: client}
}
