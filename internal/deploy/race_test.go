package deploy_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/deploy"
)

// touch changes a service behind the plan's back.
func (r *rig) touch(name string, change func(*swarm.ServiceSpec)) swarm.Service {
	r.t.Helper()
	service := r.services()[name]
	change(&service.Spec)
	if _, err := r.engine.API.ServiceUpdate(r.t.Context(), service.ID, service.Version, service.Spec, swarm.ServiceUpdateOptions{}); err != nil {
		r.t.Fatal(err)
	}
	return r.services()[name]
}

const quick = "services:\n  app: {image: \"tiny:1\", stop_grace_period: 1s, deploy: {update_config: {monitor: 500ms}}}\n"

func TestServiceThatChangedAfterThePlanIsNotOverwritten(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:1")
	r.mustDeploy(at("1.0.0+1", compose(quick)))
	plan, err := r.plan(at("1.1.0+1", with(quick, "deploy: {", "deploy: {labels: {mine: \"1\"}, ")), deploy.Options{})
	if err != nil {
		t.Fatal(err)
	}
	theirs := r.touch("app", func(s *swarm.ServiceSpec) { s.Labels["theirs"] = "1" })
	err = r.Apply(t.Context(), plan, deploy.Options{})
	if !errors.Is(err, deploy.ErrRefused) || !strings.Contains(err.Error(), "someone changed it after the plan was made; run the deploy again") {
		t.Fatalf("%v, want ErrRefused", err)
	}
	if now := r.services()["app"]; now.Version != theirs.Version {
		t.Error("the other's change was overwritten")
	}
}

// The orchestrator raises a service's version while it works: that is no
// change.
func TestVersionThatMovedWithoutAChangeIsNoConflict(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:1")
	r.mustDeploy(at("1.0.0+1", compose(quick)))
	plan, err := r.plan(at("1.1.0+1", with(quick, "deploy: {", "deploy: {labels: {mine: \"1\"}, ")), deploy.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r.touch("app", func(*swarm.ServiceSpec) {})
	if err := r.Apply(t.Context(), plan, deploy.Options{}); err != nil {
		t.Fatal(err)
	}
	if r.services()["app"].Spec.Labels["mine"] != "1" {
		t.Error("the label is not there")
	}
}

func TestInterruptedDeployStaysAndTheNextOneGoesOn(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:slow", "ENV HEALTHY_AFTER=3s", `HEALTHCHECK --interval=500ms --start-period=30s CMD ["/app", "check"]`)
	slow := with(quick, "tiny:1", "tiny:slow")
	plan, err := r.plan(at("1.0.0+1", slow), deploy.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	r.Progress = func(e deploy.Event) {
		if e.Phase == deploy.WaitPhase {
			interrupt()
		}
	}
	err = r.Apply(ctx, plan, deploy.Options{})
	if !errors.Is(err, deploy.ErrUnclear) || !strings.Contains(err.Error(), "Run the deploy again to go on") {
		t.Fatalf("%v, want ErrUnclear", err)
	}
	r.Progress = nil
	r.mustDeploy(at("1.0.0+1", slow))
	// Not by version: the allocator raises that of a new service too.
	if r.services()["app"].PreviousSpec != nil {
		t.Error("the next deploy wrote, though nothing had changed")
	}
}

func TestForcedModeChangeReplacesTheService(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:1")
	r.image("tiny:crash", "ENV CRASH=no")
	r.mustDeploy(at("1.0.0+1", compose(quick)))
	global := with(quick, "deploy: {", "deploy: {mode: global, ")
	if err := r.deploy(at("1.1.0+1", global), deploy.Options{}); !errors.Is(err, deploy.ErrRefused) {
		t.Fatalf("%v, want ErrRefused without --force", err)
	}
	if err := r.deploy(at("1.1.0+1", global), deploy.Options{Choices: deploy.Choices{Force: true}}); err != nil {
		t.Fatal(err)
	}
	if r.services()["app"].Spec.Mode.Global == nil {
		t.Error("the service is not global")
	}
	err := r.deploy(at("2.0.0+1", with(quick, "tiny:1", "tiny:crash", "deploy: {", "deploy: {restart_policy: {condition: none}, ")), deploy.Options{Choices: deploy.Choices{Force: true}})
	if !errors.Is(err, deploy.ErrRestored) {
		t.Fatalf("%v, want ErrRestored", err)
	}
	if now := r.services()["app"]; now.Spec.Mode.Global == nil || len(r.running()) != 1 {
		t.Error("the old, global service is not back")
	}
}

func TestChangedConfigUnderTheSameNameIsDeployed(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:1")
	files := func(text string) deploy.Source {
		return at("1.0.0+1", map[string]string{
			"compose.yml": strings.Replace(quick, "app: {", "app: {configs: [{source: c, target: /c}], ", 1) + "configs: {c: {name: \"${STACK_NAME}_c_v1\", file: c}}\n",
			"c":           text,
		})
	}
	r.mustDeploy(files("one"))
	r.mustDeploy(files("two"))
	refs := r.services()["app"].Spec.TaskTemplate.ContainerSpec.Configs
	config, _, err := r.engine.API.ConfigInspectWithRaw(t.Context(), refs[0].ConfigID)
	if err != nil || string(config.Spec.Data) != "two" || !strings.HasPrefix(config.Spec.Name, r.stack+"_c_v1_") {
		t.Errorf("config %s holds %q (%v)", config.Spec.Name, config.Spec.Data, err)
	}
	plan, err := r.plan(files("two"), deploy.Options{})
	if err != nil || plan.Writes() {
		t.Errorf("a third deploy would write: %v %v", plan.Text(false), err)
	}
}

// Another tool, which knows no lock, deploys the same new app at the same time:
// whoever loses must not take the other's services away.
func TestUndoLeavesWhatAnotherDeployMade(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:1")
	files := map[string]string{
		"compose.yml": strings.Replace(quick, "app: {", "app: {configs: [{source: c, target: /c}], ", 1) + "configs: {c: {name: \"${STACK_NAME}_c_v1\", file: c}}\n",
		"c":           "one",
	}
	label := map[string]string{"com.docker.stack.namespace": r.stack}
	theirs := swarm.ConfigSpec{Annotations: swarm.Annotations{Name: r.stack + "_c_v1", Labels: label}, Data: []byte("theirs")}
	meddle := sync.OnceFunc(func() {
		if _, err := r.engine.API.ConfigCreate(t.Context(), theirs); err != nil {
			t.Error(err)
		}
		_, err := r.engine.API.ServiceCreate(t.Context(), swarm.ServiceSpec{
			Annotations:  swarm.Annotations{Name: r.stack + "_app", Labels: label},
			TaskTemplate: swarm.TaskSpec{ContainerSpec: &swarm.ContainerSpec{Image: "tiny:1"}},
		}, swarm.ServiceCreateOptions{})
		if err != nil {
			t.Error(err)
		}
	})
	r.Progress = func(e deploy.Event) {
		if e.Phase == deploy.ApplyPhase {
			meddle() // after the plan was held against the swarm for the last time
		}
	}
	if err := r.deploy(at("1.0.0+1", files), deploy.Options{}); !errors.Is(err, deploy.ErrRestored) {
		t.Fatalf("%v, want ErrRestored", err)
	}
	r.Progress = nil
	if len(r.services()) != 1 {
		t.Error("the other's service is gone")
	}
	if _, _, err := r.engine.API.ConfigInspectWithRaw(t.Context(), theirs.Name); err != nil {
		t.Errorf("the other's config is gone: %v", err)
	}
}

// A network that was just removed stays in the engine's lists for a moment.
func TestDeployRightAfterAnUndeploy(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:1")
	for range 5 {
		if err := r.deploy(at("1.0.0+1", compose(quick)), deploy.Options{NoWait: true}); err != nil {
			t.Fatal(err)
		}
		removal, err := r.PlanRemoval(t.Context(), r.app)
		if err == nil {
			err = r.Remove(t.Context(), removal, 0)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// Every update of a job runs it again, and engines keep the tasks of a finished
// one for ever.
func TestFinishedJobIsNotRunAgainAndHoldsNothingUp(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:job", "ENV EXIT=0", "HEALTHCHECK NONE")
	job := at("1.0.0+1", with(quick, "tiny:1", "tiny:job", "deploy: {update_config: {monitor: 500ms}}", "deploy: {mode: replicated-job}"))
	r.mustDeploy(job)
	plan, err := r.plan(job, deploy.Options{})
	if err != nil || plan.Writes() {
		t.Errorf("the same again: %v\n%s", err, plan.Text(false))
	}
	removal, err := r.PlanRemoval(t.Context(), r.app)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := r.Remove(ctx, removal, 0); err != nil {
		t.Error(err)
	}
}
