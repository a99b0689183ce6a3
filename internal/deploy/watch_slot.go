package deploy

import (
	"slices"
	"strconv"

	"github.com/docker/docker/api/types/swarm"
)

// stateOrder is the life of a task, in order.
var stateOrder = []swarm.TaskState{
	swarm.TaskStateNew, swarm.TaskStatePending, swarm.TaskStateAllocated, swarm.TaskStateAssigned,
	swarm.TaskStateAccepted, swarm.TaskStatePreparing, swarm.TaskStateReady, swarm.TaskStateStarting,
	swarm.TaskStateRunning, swarm.TaskStateComplete, swarm.TaskStateShutdown, swarm.TaskStateFailed,
	swarm.TaskStateRejected, swarm.TaskStateRemove, swarm.TaskStateOrphaned,
}

// rank is a state's place in a task's life; a state of a newer engine comes
// last.
func rank(state swarm.TaskState) int {
	if i := slices.Index(stateOrder, state); i >= 0 {
		return i
	}
	return len(stateOrder)
}

var runningRank = rank(swarm.TaskStateRunning)

// slotOf names the place that a task fills: a replica's number, or a node.
func slotOf(task swarm.Task) string {
	if task.Slot != 0 {
		return strconv.Itoa(task.Slot)
	}
	return task.NodeID
}

// bySlot picks the task that speaks for each slot: the one that is wanted
// most, then the one that is least far. Old tasks of the slot are history.
func bySlot(tasks []swarm.Task) map[string]swarm.Task {
	slots := map[string]swarm.Task{}
	for _, task := range tasks {
		best, taken := slots[slotOf(task)]
		if !taken || speaksBefore(task, best) {
			slots[slotOf(task)] = task
		}
	}
	return slots
}

func speaksBefore(a, b swarm.Task) bool {
	if rank(a.DesiredState) != rank(b.DesiredState) {
		return rank(a.DesiredState) < rank(b.DesiredState)
	}
	if rank(a.Status.State) != rank(b.Status.State) {
		return rank(a.Status.State) < rank(b.Status.State)
	}
	return a.CreatedAt.After(b.CreatedAt)
}

// live reports whether the task may still come to run.
func live(task swarm.Task) bool {
	return rank(task.DesiredState) <= runningRank && rank(task.Status.State) <= runningRank
}

// failed reports whether the task ended as it should not: by itself, and not
// because it was told to.
func failed(task swarm.Task, oneShot bool) bool {
	switch task.Status.State {
	case swarm.TaskStateFailed, swarm.TaskStateRejected:
		return true
	case swarm.TaskStateComplete:
		return !oneShot
	}
	return false
}

// runsOnce reports whether a task that exits with 0 has done its work. The
// engine cannot tell: it also calls a task complete that it stopped as
// unhealthy and that then exits with 0, and restarts neither under on-failure.
// So what looks like a server is none that runs once.
func runsOnce(spec swarm.ServiceSpec) bool {
	if isJob(spec) {
		return true
	}
	policy := spec.TaskTemplate.RestartPolicy
	if policy == nil || policy.Condition == swarm.RestartPolicyConditionAny || policy.Condition == "" {
		return false
	}
	serves := healthWindow(spec) > 0 || spec.Labels["traefik.enable"] == "true" ||
		spec.EndpointSpec != nil && len(spec.EndpointSpec.Ports) > 0
	return !serves
}

func isJob(spec swarm.ServiceSpec) bool {
	return spec.Mode.ReplicatedJob != nil || spec.Mode.GlobalJob != nil
}

// neverAgain tells what certainly runs once from what may as well be a server
// that is restarted on failure.
func neverAgain(spec swarm.ServiceSpec) bool {
	policy := spec.TaskTemplate.RestartPolicy
	return isJob(spec) || runsOnce(spec) && policy.Condition == swarm.RestartPolicyConditionNone
}
