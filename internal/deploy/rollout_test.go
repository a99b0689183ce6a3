package deploy_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"coopcloud.tech/catalogue/internal/deploy"
)

// sent lists the services in the order in which they were written, and what had
// come up before.
func (r *rig) sent() (order []string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for _, e := range r.events {
		if e.Kind == deploy.ServiceKind && e.Phase == deploy.ApplyPhase {
			order = append(order, strings.TrimPrefix(e.Name, r.stack+"_"))
		}
	}
	return order
}

// event returns the first event of a service that matches, and its place.
func (r *rig) event(name string, match func(deploy.Event) bool) (deploy.Event, int) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	i := slices.IndexFunc(r.events, func(e deploy.Event) bool { return e.Name == r.stack+"_"+name && match(e) })
	if i < 0 {
		return deploy.Event{}, i
	}
	return r.events[i], i
}

func (r *rig) forget() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.events = nil
}

func inState(state string) func(deploy.Event) bool {
	return func(e deploy.Event) bool { return e.State == state }
}

func written(e deploy.Event) bool { return e.Phase == deploy.ApplyPhase }

const ordered = `
services:
  app: {image: "tiny:1", depends_on: [setup], stop_grace_period: 1s, deploy: {update_config: {monitor: 500ms}}}
  db: {image: "tiny:late2", stop_grace_period: 1s, deploy: {update_config: {monitor: 500ms}}}
  setup: {image: "tiny:setup", depends_on: [db], deploy: {restart_policy: {condition: none}}}
  aside: {image: "tiny:1", stop_grace_period: 1s, deploy: {update_config: {monitor: 500ms}}}
`

// The database has to be healthy before the one-shot is sent, and that has to be
// done before the app is. What nothing orders goes at once.
func TestServicesAreSentAsTheirDependenciesComeUp(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:1")
	r.image("tiny:late2", "ENV HEALTHY_AFTER=1s", `HEALTHCHECK --interval=500ms --start-period=30s CMD ["/app", "check"]`)
	r.image("tiny:setup", "ENV EXIT=0", "HEALTHCHECK NONE")
	r.mustDeploy(at("1.0.0+1", compose(ordered)))
	order := r.sent()
	first := slices.Sorted(slices.Values(order[:2]))
	if !slices.Equal(first, []string{"aside", "db"}) || !slices.Equal(order[2:], []string{"setup", "app"}) {
		t.Errorf("sent in the order %v", order)
	}
	if e, _ := r.event("app", inState(deploy.HeldState)); e.Detail != "waits for "+r.stack+"_db, "+r.stack+"_setup" {
		t.Errorf("app was held with %+v", e)
	}
	services := r.services()
	if gap := services["setup"].CreatedAt.Sub(services["db"].CreatedAt).Seconds(); gap < 1 {
		t.Errorf("setup was sent %.1f s after the database, which is healthy after 1", gap)
	}
	// An unchanged dependency that is up orders nothing.
	r.forget()
	r.mustDeploy(at("1.1.0+1", with(ordered, "condition: none}", "condition: none}, labels: {a: b}", "  app: {image", "  app: {environment: [NEW=1], image")))
	if _, i := r.event("app", inState(deploy.HeldState)); i < 0 {
		t.Error("app did not wait for setup, which changed")
	}
	if _, i := r.event("setup", inState(deploy.HeldState)); i >= 0 {
		t.Error("setup waited for the database, which is unchanged and up")
	}
}

// The app must never meet a database that did not come up.
func TestDependentsOfAServiceThatFailsAreNeverSent(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:1")
	r.image("tiny:crash", "ENV CRASH=no")
	stack := `
services:
  app: {image: "tiny:1", depends_on: [db], stop_grace_period: 1s, deploy: {update_config: {monitor: 500ms}}}
  db: {image: "tiny:1", stop_grace_period: 1s, deploy: {restart_policy: {delay: 100ms}, update_config: {monitor: 500ms, failure_action: continue}}}
`
	bad := with(stack, `db: {image: "tiny:1"`, `db: {image: "tiny:crash"`, "app: {", "app: {environment: [NEW=1], ")
	r.mustDeploy(at("1.0.0+1", compose(stack)))
	app := r.services()["app"]
	r.forget()
	err := r.deploy(at("2.0.0+1", bad), deploy.Options{})
	if !errors.Is(err, deploy.ErrRestored) || !strings.Contains(err.Error(), "not sent, because depends_on makes it wait: "+r.stack+"_app") {
		t.Fatalf("%v, want ErrRestored, with what was not sent", err)
	}
	if now := r.services()["app"]; now.Version != app.Version || slices.Contains(r.sent(), "app") {
		t.Error("the app was touched")
	}
}

// Without an order, this stack always came up: so it has to with one.
func TestServiceThatNeedsItsDependentComesUp(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:1")
	// It becomes healthy only once the other is there.
	stack := `
services:
  app: {image: "tiny:1", depends_on: [proxy], stop_grace_period: 1s, deploy: {update_config: {monitor: 500ms}}}
  proxy:
    image: tiny:1
    stop_grace_period: 1s
    healthcheck: {test: ["CMD", "wget", "http://app:8080/health"], interval: 500ms, timeout: 1s, retries: 1}
    deploy: {restart_policy: {delay: 100ms}, update_config: {monitor: 500ms}}
`
	r.mustDeploy(at("1.0.0+1", with(stack, "image: \"tiny:1\"", "image: \"tiny:1\", deploy: {endpoint_mode: dnsrr}, x-none: {}", ", deploy: {update_config: {monitor: 500ms}}}", "}")))
	e, released := r.event("app", inState(deploy.ReleasedState))
	if _, sent := r.event("app", written); released < 0 || sent < released {
		t.Fatal("nothing says that app was sent early")
	}
	if !strings.Contains(e.Detail, "depends_on names "+r.stack+"_proxy, which does not come up") {
		t.Errorf("detail: %s", e.Detail)
	}
}

func TestOneShotThatFailsIsNamedWithItsExitCode(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:exit3", "ENV EXIT=3", "HEALTHCHECK NONE")
	err := r.deploy(at("1.0.0+1", with(quick, "tiny:1", "tiny:exit3", "monitor: 500ms", "monitor: 30s", "deploy: {", "deploy: {restart_policy: {condition: none}, ")), deploy.Options{})
	if !errors.Is(err, deploy.ErrRestored) || !strings.Contains(err.Error(), "_app: one-shot: it runs once, and ended with exit code 3") {
		t.Fatalf("%v, want the exit code of a one-shot", err)
	}
}
