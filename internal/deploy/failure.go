package deploy

import (
	"fmt"
	"strings"

	"github.com/docker/docker/api/types/swarm"
)

// FailureKind tells failures apart.
type FailureKind string

const (
	Crashed       FailureKind = "crashed"       // tasks end with an error, or at all
	OneShot       FailureKind = "one-shot"      // a job, or what is never restarted, ended with an error
	Unhealthy     FailureKind = "unhealthy"     // the healthcheck fails
	NoImage       FailureKind = "no-image"      // a node cannot get the image
	Unschedulable FailureKind = "unschedulable" // no node may run it
	Stopped       FailureKind = "stopped"       // the engine paused or rolled back the update
	TimedOut      FailureKind = "timed-out"     // it may still come up
)

// Failure is a service that did not converge.
type Failure struct {
	Service string      `json:"service"`
	Kind    FailureKind `json:"kind"`
	Message string      `json:"message"`
	Logs    []string    `json:"logs,omitempty"` // last lines of the last failed task
	Ill     bool        `json:"ill,omitempty"`  // the deploy did not touch it, and it was not healthy before
	Held    []string    `json:"held,omitempty"` // services that were not sent, because they depend on it
	task    string
}

func (f Failure) Error() string {
	text := fmt.Sprintf("service %s: %s: %s", f.Service, f.Kind, f.Message)
	if len(f.Held) > 0 {
		text += "\n  not sent, because depends_on makes it wait: " + strings.Join(f.Held, ", ")
	}
	if len(f.Logs) > 0 {
		text += "\n  last log lines:\n    " + strings.Join(f.Logs, "\n    ")
	}
	return printable(text)
}

// kindOf reads the engine's words.
func kindOf(task swarm.Task) FailureKind {
	text, state := task.Status.Err, task.Status.State
	probing := probeTime(task.Spec.ContainerSpec)
	switch {
	case strings.Contains(text, "unhealthy container"):
		return Unhealthy
	case state == swarm.TaskStateRejected && strings.Contains(strings.ToLower(text), "no such image"):
		return NoImage
	// See runsOnce: stopped as unhealthy, it may still exit with 0.
	case state == swarm.TaskStateComplete && probing > 0 && task.Status.Timestamp.Sub(task.CreatedAt) >= probing:
		return Unhealthy
	}
	return Crashed
}

// lastWords is what the engine says about a task that ended.
func lastWords(task swarm.Task) string {
	switch {
	case task.Status.Err != "":
		return task.Status.Err
	case task.Status.State == swarm.TaskStateComplete && kindOf(task) == Unhealthy:
		return "the healthcheck failed; the task was stopped and ended with exit code 0"
	case task.Status.State == swarm.TaskStateComplete:
		return "the task ended with exit code 0"
	default:
		return string(task.Status.State) + ": " + task.Status.Message
	}
}

// exitText names the exit code of a task that was to end with 0.
func exitText(task swarm.Task) string {
	if status := task.Status.ContainerStatus; status != nil && status.ExitCode != 0 {
		return fmt.Sprintf("it runs once, and ended with exit code %d: ", status.ExitCode)
	}
	return "it runs once, and did not end well: "
}
