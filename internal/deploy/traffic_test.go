package deploy_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	dockercontainer "github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/pkg/stdcopy"

	"coopcloud.tech/catalogue/internal/deploy"
)

// soak: run the long tests at full length.
var soak = os.Getenv("CATALOGUE_SOAK") != ""

// served is what became of the requests that the stack's own load sent.
type served struct {
	Sent, Lost int
	Last       string
	Errors     map[string]int
}

// traffic is a stack whose service app is upgraded under load. No virtual IP is
// asked: the kernel of a test machine may lack IPVS.
const traffic = `
services:
  app:
    image: tiny:1
    stop_grace_period: 1s
    deploy:
      endpoint_mode: dnsrr
      restart_policy: {delay: 500ms}
      update_config: {order: start-first, failure_action: rollback, monitor: 1s}
  load:
    image: tiny:1
    healthcheck: {disable: true}
    environment: [LOAD=app]
    stop_grace_period: 1s
    deploy: {update_config: {monitor: 500ms}}
`

// viaProxy has the load go through a proxy like Traefik, which lists the
// service's tasks now and then.
func (r *rig) viaProxy(text string, every time.Duration) string {
	socket := strings.TrimPrefix(r.engine.Host, "unix://")
	return strings.Replace(text, "environment: [LOAD=app]",
		"environment: [LOAD="+r.stack+"_app, SOCKET=/engine.sock, REFRESH="+every.String()+"]\n    volumes: [\""+socket+":/engine.sock\"]", 1)
}

// served asks the load itself: only tasks reach tasks.
func (r *rig) served() (s served) {
	r.t.Helper()
	ctx := r.t.Context()
	list, err := r.engine.API.ContainerList(ctx, dockercontainer.ListOptions{Filters: filters.NewArgs(filters.Arg("label", "com.docker.swarm.service.name="+r.stack+"_load"))})
	if err != nil || len(list) != 1 {
		r.t.Fatalf("containers of the load: %d, %v", len(list), err)
	}
	made, err := r.engine.API.ContainerExecCreate(ctx, list[0].ID, dockercontainer.ExecOptions{Cmd: []string{"/app", "stats"}, AttachStdout: true, AttachStderr: true})
	if err != nil {
		r.t.Fatal(err)
	}
	attached, err := r.engine.API.ContainerExecAttach(ctx, made.ID, dockercontainer.ExecAttachOptions{})
	if err != nil {
		r.t.Fatal(err)
	}
	defer attached.Close()
	var out bytes.Buffer
	if _, err := stdcopy.StdCopy(&out, io.Discard, attached.Reader); err != nil {
		r.t.Fatal(err)
	}
	if err := json.Unmarshal(out.Bytes(), &s); err != nil {
		r.t.Fatalf("%v: %q", err, out.String())
	}
	return s
}

// until waits for a state of the load.
func (r *rig) until(what string, is func(served) bool) served {
	r.t.Helper()
	for end := time.Now().Add(2 * time.Minute); ; time.Sleep(100 * time.Millisecond) {
		s := r.served()
		if is(s) {
			return s
		}
		if time.Now().After(end) {
			r.t.Fatalf("never %s: %+v", what, s)
		}
	}
}

// requests is how many a test sends at least.
func requests() int {
	if soak {
		return 1000
	}
	return 200
}

func (r *rig) underLoad(text string) served {
	r.t.Helper()
	r.image("tiny:1")
	r.mustDeploy(at("1.0.0+1", compose(text)))
	return r.until("served", func(s served) bool { return s.Sent > 0 })
}

// Task addresses come from the engine's DNS, which drops a task before the engine
// stops it.
func TestStartFirstUpgradeLosesNoRequest(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:2")
	before := r.underLoad(traffic)
	r.mustDeploy(at("2.0.0+2", with(traffic, "  app:\n    image: tiny:1", "  app:\n    image: tiny:2")))
	after := r.until("on the new version", func(s served) bool {
		return strings.TrimSpace(s.Last) == "tiny:2" && s.Sent-before.Sent >= requests()
	})
	if after.Lost != 0 {
		t.Errorf("%d of %d requests lost: %v", after.Lost, after.Sent, after.Errors)
	}
}

func TestFailingUpgradeLosesNoRequest(t *testing.T) {
	for name, change := range map[string]string{"CrashUnderLoad": "ENV CRASH=no", "IllUnderLoad": "ENV UNHEALTHY=1"} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, "")
			r.image("tiny:bad"+strings.ToLower(name), change)
			before := r.underLoad(traffic)
			err := r.deploy(at("2.0.0+2", with(traffic, "  app:\n    image: tiny:1", "  app:\n    image: tiny:bad"+strings.ToLower(name))), deploy.Options{})
			if !errors.Is(err, deploy.ErrRestored) {
				t.Fatalf("%v, want ErrRestored", err)
			}
			after := r.until("served", func(s served) bool { return s.Sent-before.Sent >= requests() })
			if after.Lost != 0 || strings.TrimSpace(after.Last) != "tiny:1" {
				t.Errorf("%d of %d requests lost, the last to %s: %v", after.Lost, after.Sent, after.Last, after.Errors)
			}
		})
	}
}
