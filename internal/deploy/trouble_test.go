package deploy_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/deploy"
)

// What was ill before, and is not touched, is no reason to undo a good deploy.
func TestServiceThatWasIllBeforeDoesNotUndoTheOthers(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:1")
	r.image("tiny:2")
	r.image("tiny:crash", "ENV CRASH=no")
	two := quick + "  ill: {image: \"tiny:crash\", deploy: {restart_policy: {condition: none}}}\n"
	if err := r.deploy(at("1.0.0+1", compose(two)), deploy.Options{NoWait: true}); err != nil {
		t.Fatal(err)
	}
	// The first deploy that waits finds it out, and has nothing to undo.
	err := r.deploy(at("1.0.0+1", compose(two)), deploy.Options{})
	if !errors.Is(err, deploy.ErrUnclear) && !errors.Is(err, deploy.ErrRestored) {
		t.Fatalf("%v, want a failure", err)
	}
	err = r.deploy(at("1.1.0+2", with(two, "tiny:1", "tiny:2")), deploy.Options{})
	if !errors.Is(err, deploy.ErrUnclear) || !strings.Contains(err.Error(), "it was not healthy before; nothing was rolled back") {
		t.Fatalf("%v, want ErrUnclear without a rollback", err)
	}
	if image := r.services()["app"].Spec.TaskTemplate.ContainerSpec.Image; image != "tiny:2" {
		t.Errorf("service app was rolled back to %s", image)
	}
}

// The engine refuses the second service: what was created before it goes again.
func TestRefusedWriteUndoesTheOthers(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:1")
	other := swarm.ServiceSpec{
		Annotations:  swarm.Annotations{Name: "holds-the-port", Labels: map[string]string{"com.docker.stack.namespace": r.stack + "-other"}},
		TaskTemplate: swarm.TaskSpec{ContainerSpec: &swarm.ContainerSpec{Image: "tiny:1"}},
		EndpointSpec: &swarm.EndpointSpec{Ports: []swarm.PortConfig{{TargetPort: 80, PublishedPort: 18099}}},
	}
	// Some of the others are still on their way when the refusal comes.
	all := quick + "  web: {image: \"tiny:1\", ports: [\"18099:80\"]}\n"
	for i := range 6 {
		all += fmt.Sprintf("  more%d: {image: \"tiny:1\"}\n", i)
	}
	plan, err := r.plan(at("1.0.0+1", compose(all)), deploy.Options{})
	if err != nil {
		t.Fatal(err)
	}
	made, err := r.engine.API.ServiceCreate(t.Context(), other, swarm.ServiceCreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.engine.API.ServiceRemove(t.Context(), made.ID)
	err = r.Apply(t.Context(), plan, deploy.Options{})
	if err == nil || !strings.Contains(err.Error(), "create service "+r.stack+"_web: ") || !strings.Contains(err.Error(), "already in use") {
		t.Fatalf("%v, want the engine's refusal", err)
	}
	if left := r.services(); len(left) != 0 {
		t.Errorf("services left: %v", left)
	}
	networks, err := r.engine.API.NetworkList(t.Context(), network.ListOptions{Filters: ofStack(r.stack)})
	if err != nil || len(networks) != 0 {
		t.Errorf("networks left: %v %v", networks, err)
	}
}

func TestOlderPinIsRefused(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:1")
	r.mustDeploy(at("1.1.0+1", compose(quick)))
	plan, err := r.plan(at("1.0.0+1", compose(quick)), deploy.Options{Pinned: true})
	if err != nil || len(plan.Refused) != 1 || !strings.Contains(plan.Refused[0], "version 1.1.0+1 runs, but the app's env pins the older 1.0.0+1") {
		t.Errorf("refused: %v (%v)", plan.Refused, err)
	}
	for _, o := range []deploy.Options{{}, {Pinned: true, Choices: deploy.Choices{Force: true}}} {
		if plan, err := r.plan(at("1.0.0+1", compose(quick)), o); err != nil || len(plan.Refused) != 0 {
			t.Errorf("%+v: refused: %v (%v)", o, plan.Refused, err)
		}
	}
}

func TestPS(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:1")
	if state, err := r.PS(t.Context(), r.stack); err != nil || len(state.Services) != 0 {
		t.Errorf("before the deploy: %+v %v", state, err)
	}
	r.mustDeploy(at("1.1.0+1", compose(quick)))
	state, err := r.PS(t.Context(), r.stack)
	if err != nil || state.Version != "1.1.0+1" || len(state.Services) != 1 || len(state.Services[0].Tasks) != 1 {
		t.Fatalf("%+v %v", state, err)
	}
	if app := state.Services[0]; app.Running != 1 || app.Desired != 1 {
		t.Errorf("%d of %d tasks run", app.Running, app.Desired)
	}
	if task := state.Services[0].Tasks[0]; task.State != "running" || task.Node == "" || task.Slot != "1" {
		t.Errorf("task: %+v", task)
	}
}
