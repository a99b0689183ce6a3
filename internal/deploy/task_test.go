package deploy

import (
	"testing"
	"time"

	"github.com/docker/docker/api/types/swarm"
)

// The newest task of the current spec, on a node that is up; never one that only
// starts.
func TestChooseTask(t *testing.T) {
	service := swarm.Service{ID: "s"}
	now := time.Now()
	task := func(id string, slot int, state swarm.TaskState, age time.Duration) swarm.Task {
		return swarm.Task{
			ID: id, ServiceID: "s", Slot: slot, NodeID: "up", DesiredState: swarm.TaskStateRunning, Meta: swarm.Meta{CreatedAt: now.Add(-age)},
			Status: swarm.TaskStatus{State: state, ContainerStatus: &swarm.ContainerStatus{ContainerID: "c" + id}},
		}
	}
	old, current, newer, starting := task("old", 1, swarm.TaskStateRunning, time.Minute), task("current", 2, swarm.TaskStateRunning, time.Hour),
		task("newer", 3, swarm.TaskStateRunning, time.Second), task("starting", 4, swarm.TaskStateStarting, 0)
	away := task("away", 5, swarm.TaskStateRunning, 0)
	away.NodeID = "down"
	l := look{tasks: []swarm.Task{old, current, newer, starting, away}, ready: map[string]bool{"up": true}, current: map[string]bool{"current": true, "newer": true, "starting": true, "away": true}}
	for slot, want := range map[string]string{"": "newer", "1": "old", "2": "current", "5": "away", "4": "", "9": ""} {
		got, err := chooseTask(l, service, slot)
		if got.ID != want || (err == nil) != (want != "") {
			t.Errorf("slot %q: %q %v, want %q", slot, got.ID, err, want)
		}
	}
}

// Only a task that came as far as a container has a log to be asked for.
func TestHasLog(t *testing.T) {
	for state, want := range map[swarm.TaskState]bool{
		swarm.TaskStateRunning: true, swarm.TaskStateFailed: true, swarm.TaskStatePending: false, swarm.TaskStateRejected: false, "orphaned": false,
	} {
		if got := hasLog(swarm.Task{NodeID: "n", Status: swarm.TaskStatus{State: state}}); got != want {
			t.Errorf("%s: %t, want %t", state, got, want)
		}
	}
}
