package deploy

import (
	"testing"
	"time"

	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/deploy/convert"
)

func TestUpdateThatHangsOnALostNodeIsSentAgain(t *testing.T) {
	service := up(the("app"))
	started := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	lost := node("beta")
	lost.ID, lost.Status.State = "beta-id", swarm.NodeStateDown
	for _, test := range []struct {
		name   string
		update swarm.UpdateState
		task   swarm.TaskState
		age    time.Duration
		want   Op
	}{
		{"hangs", swarm.UpdateStateUpdating, swarm.TaskStateStarting, time.Second, Update},
		{"the task ran", swarm.UpdateStateUpdating, swarm.TaskStateRunning, time.Second, Keep},
		{"a task of before", swarm.UpdateStateUpdating, swarm.TaskStateStarting, -time.Second, Keep},
		{"no update", swarm.UpdateStateCompleted, swarm.TaskStateStarting, time.Second, Keep},
	} {
		t.Run(test.name, func(t *testing.T) {
			service.UpdateStatus = &swarm.UpdateStatus{State: test.update, StartedAt: &started}
			task := swarm.Task{ServiceID: service.ID, NodeID: lost.ID, Status: swarm.TaskStatus{State: test.task}}
			task.CreatedAt = started.Add(test.age)
			have := &swarmState{Services: []swarm.Service{service}, Tasks: []swarm.Task{task}}
			plan := Decide(have, &convert.Specs{Stack: "s", Services: []swarm.ServiceSpec{the("app")}}, nil, Choices{})
			plan.unstick([]swarm.Node{node("alpha"), lost})
			a := plan.services(Keep, Update)[0]
			if a.Op != test.want || a.Op == Update && a.service.TaskTemplate.ForceUpdate != service.Spec.TaskTemplate.ForceUpdate+1 {
				t.Errorf("%s (%s), want %s", a.Op, a.Cause, test.want)
			}
		})
	}
}
