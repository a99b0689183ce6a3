package deploy

import "time"

// Event is one change in the course of a deploy.
type Event struct {
	Time    time.Time `json:"time"`
	Phase   Phase     `json:"phase"`
	Kind    Kind      `json:"kind,omitempty"`
	Name    string    `json:"name,omitempty"`
	Op      Op        `json:"op,omitempty"`    // phase apply and undo
	State   string    `json:"state,omitempty"` // of the task that is least far, or one of the states below
	Running uint64    `json:"running"`         // tasks that run, and are healthy where they say so
	Desired uint64    `json:"desired"`
	Health  string    `json:"health,omitempty"` // starting or healthy, where the task has a healthcheck
	Failed  int       `json:"failed,omitempty"` // tasks that failed since the deploy began
	Detail  string    `json:"detail,omitempty"`
	Log     string    `json:"log,omitempty"` // last log line of a task in trouble, as the app wrote it
}

// States of a service beside those of tasks.
const (
	ConvergedState = "converged" // up, and has been for long enough
	HeldState      = "held"      // not sent yet: it waits for what it depends on
	ReleasedState  = "released"  // sent, though what it depends on is not up
)

// Health of a task that has a healthcheck.
const (
	healthStarting = "starting"
	healthHealthy  = "healthy"
)

// Phase is a stretch of a deploy.
type Phase string

const (
	LockPhase  Phase = "lock" // of the stack as a whole: the lock and the records; Detail says what
	ApplyPhase Phase = "apply"
	WaitPhase  Phase = "wait"
	UndoPhase  Phase = "undo"
	PrunePhase Phase = "prune"
)
