package deploy

import "time"

// Event is one change in the course of a deploy.
type Event struct {
	Time    time.Time `json:"time"`
	Phase   Phase     `json:"phase"`
	Kind    Kind      `json:"kind,omitempty"`
	Name    string    `json:"name,omitempty"`
	Op      Op        `json:"op,omitempty"` // phase apply and undo
	State   string    `json:"state,omitempty"`
	Running uint64    `json:"running"` // tasks that run, and are healthy where they say so
	Desired uint64    `json:"desired"`
	Detail  string    `json:"detail,omitempty"`
}

// Phase is a stretch of a deploy.
type Phase string

const (
	ApplyPhase Phase = "apply"
	WaitPhase  Phase = "wait"
	UndoPhase  Phase = "undo"
	PrunePhase Phase = "prune"
)
