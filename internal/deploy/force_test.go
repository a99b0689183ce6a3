package deploy_test

import (
	"errors"
	"testing"
	"time"

	dockercontainer "github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/deploy"
)

// ending is a stack of tasks that nothing starts again.
const ending = `services:
  app:
    image: tiny:1
    stop_grace_period: 1s
    healthcheck: {test: [CMD, /app, check], interval: 200ms, retries: 2}
    deploy: {restart_policy: {condition: none}, update_config: {monitor: 300ms}}
  once: {image: "tiny:done", deploy: {restart_policy: {condition: none}, update_config: {monitor: 300ms}}}
`

// To the engine the same spec again is no change, and it starts nothing anew that
// has ended: a forced deploy has it make new tasks.
func TestForcedDeployReplacesTasksThatEnded(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:1")
	r.image("tiny:done", "ENV EXIT=0", "HEALTHCHECK NONE")
	source := at("1.0.0+1", compose(ending))
	r.mustDeploy(source)
	first := r.running()
	if len(first) != 1 {
		t.Fatalf("running are %v, want the one of app", first)
	}
	r.endContainer("app")
	if err := r.deploy(source, deploy.Options{Choices: deploy.Choices{Force: true}, Timeout: 30 * time.Second}); err != nil {
		t.Fatal(err)
	}
	if now := r.running(); len(now) != 1 || now[0] == first[0] {
		t.Errorf("running are %v, want one that is not %v", now, first)
	}
	for name, service := range r.services() {
		if n := service.Spec.TaskTemplate.ForceUpdate; n != 1 {
			t.Errorf("service %s: ForceUpdate is %d, want 1", name, n)
		}
	}
	if n := r.ended("once"); n != 2 {
		t.Errorf("the one-shot ran %d times, want 2", n)
	}
	// What had failed before a failure is not waited for when the stack goes back.
	r.endContainer("app")
	r.image("tiny:crash", "ENV CRASH=broken-on-purpose", "HEALTHCHECK NONE")
	source.FS = at("1.1.0+1", with(ending, "image: tiny:1", "image: tiny:crash")).FS
	if err := r.deploy(source, deploy.Options{}); !errors.Is(err, deploy.ErrRestored) {
		t.Errorf("%v, want ErrRestored", err)
	}
}

// endContainer kills the container of a service, and waits until the manager knows.
func (r *rig) endContainer(name string) {
	r.t.Helper()
	list, err := r.engine.API.ContainerList(r.t.Context(), dockercontainer.ListOptions{
		Filters: filters.NewArgs(filters.Arg("label", "com.docker.swarm.service.name="+r.stack+"_"+name)),
	})
	if err != nil || len(list) != 1 {
		r.t.Fatalf("containers of %s: %v (%v)", name, list, err)
	}
	if err := r.engine.API.ContainerKill(r.t.Context(), list[0].ID, "KILL"); err != nil {
		r.t.Fatal(err)
	}
	for len(r.running()) > 0 && r.t.Context().Err() == nil {
		time.Sleep(50 * time.Millisecond)
	}
}

// ended counts the tasks of a service that ended with 0.
func (r *rig) ended(name string) (n int) {
	r.t.Helper()
	tasks, err := r.engine.API.TaskList(r.t.Context(), swarm.TaskListOptions{Filters: filters.NewArgs(filters.Arg("service", r.stack+"_"+name))})
	if err != nil {
		r.t.Fatal(err)
	}
	for _, task := range tasks {
		if task.Status.State == swarm.TaskStateComplete {
			n++
		}
	}
	return n
}
