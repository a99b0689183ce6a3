package release

import (
	"encoding/json"
	"strings"
	"time"
)

// Kind is what made a release.
type Kind string

const (
	Deploy   Kind = "deploy"
	Upgrade  Kind = "upgrade"
	Rollback Kind = "rollback"
	Scale    Kind = "scale"
	Undeploy Kind = "undeploy"
	// External is what another tool, or a hand, made of the stack. It is recorded
	// when we first see it.
	External Kind = "external"
)

// Result is how a release ended.
type Result string

const (
	Pending     Result = "pending"     // under way, or its client was killed
	Converged   Result = "converged"   // every service came up
	Sent        Result = "sent"        // nobody waited to see
	Found       Result = "found"       // of an External one; an Error says that it was not all up
	RolledBack  Result = "rolled-back" // failed, and the stack went back to what was before
	Failed      Result = "failed"      // failed, and not fully back
	TimedOut    Result = "timed-out"   // left running: it may have come up since
	Interrupted Result = "interrupted" // left as it was at that moment
)

// Record is one release of a stack.
type Record struct {
	Number  int       `json:"number"` // 1, 2, 3…; never used twice
	Kind    Kind      `json:"kind"`
	App     string    `json:"app"` // the app's domain
	Stack   string    `json:"stack"`
	Recipe  string    `json:"recipe,omitempty"`
	Version string    `json:"version,omitempty"`
	Commit  string    `json:"commit,omitempty"`
	Chaos   bool      `json:"chaos,omitempty"` // a local recipe, of no released version
	Who     string    `json:"who"`             // user@host
	Client  string    `json:"client"`          // version of the program that made it
	Started time.Time `json:"started"`

	// Env is the app's env file, byte by byte; nil where no env was at hand. It may
	// hold passwords: show it only to whoever asks for it.
	Env []byte `json:"env,omitempty"`
	// Plan is the plan as it was shown, without what it hid.
	Plan  json.RawMessage `json:"plan,omitempty"`
	Specs Specs           `json:"specs"`

	// What follows stands in labels, for it changes.

	Result   Result    `json:"-"`
	Finished time.Time `json:"-"` // zero while it is under way
	Error    string    `json:"-"` // one line, without what the app logged

	id string // of the config
}

// Stands reports whether the stack was left at this release: one that was rolled
// back is history.
func (r Record) Stands() bool { return r.Result != RolledBack }

// Worked reports whether the stack was fine with this release, as far as anybody
// saw.
func (r Record) Worked() bool {
	return r.Result == Converged || r.Result == Sent || r.Result == Found && r.Error == ""
}

// Runs reports whether the release is more than an empty stack.
func (r Record) Runs() bool { return len(r.Specs.Services) > 0 }

// Current is the release that the stack was left at; nil where there is none.
// Records come newest first.
func Current(records []Record) *Record { return first(records, Record.Stands) }

// LastGood is the newest release that worked and that something ran of; nil
// where there is none.
func LastGood(records []Record) *Record {
	return first(records, func(r Record) bool { return r.Worked() && r.Runs() })
}

func first(records []Record, fits func(Record) bool) *Record {
	for i := range records {
		if fits(records[i]) {
			return &records[i]
		}
	}
	return nil
}

// oneLine makes an error fit a label.
func oneLine(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > maxError {
		text = string(runes[:maxError-1]) + "…"
	}
	return text
}

const maxError = 500 // characters
