package upstream

import "time"

// Tag is one tag of a repository, as its registry tells it.
type Tag struct {
	Name   string    `json:"tag"`
	Pushed time.Time `json:"pushed,omitzero"`  // when the tag last moved; zero where unknown
	Digest string    `json:"digest,omitempty"` // "" where unknown
}

// Question is all that a verdict stands on: the same question has the same answer,
// whenever and wherever it is asked.
type Question struct {
	Image   string        // repository, docker.io/library/ubuntu; "" where unknown: then no rule of one image holds
	Current string        // tag
	Tags    []Tag         // of the repository, in any order; may lack the current one
	Partial bool          // the list is not whole: nothing can be said to be newest
	MinAge  time.Duration // a tag that was pushed later than this before Now waits; 0 is no wait
	Now     time.Time     // for MinAge alone
}

// Step is what a verdict concludes.
type Step string

// The steps. Base is a move of the base image alone, inside the suffix; rebuild, of a
// build counter or of the digest behind the same tag. Hold wants a person: two signals
// disagree. Unordered tags, as hashes, have no newest; unknown is no answer at all.
const (
	NoStep    Step = "none"
	Patch     Step = "patch"
	Minor     Step = "minor"
	Major     Step = "major"
	Rebuild   Step = "rebuild"
	Base      Step = "base"
	Hold      Step = "hold"
	Unordered Step = "unordered"
	Unknown   Step = "unknown"
)

// Verdict answers a Question. Its JSON is that of `catalogue tags compare`.
type Verdict struct {
	Current    string      `json:"current"`
	Step       Step        `json:"verdict"`
	Newest     string      `json:"newest"` // of the family; "" for none, unordered, unknown and hold
	Steps      Steps       `json:"steps"`
	Base       bool        `json:"base"`             // the base image inside the suffix moves too
	Held       []string    `json:"held"`             // the suspects of a hold
	Reason     string      `json:"reason,omitempty"` // why, for people
	Candidates []Candidate `json:"candidates"`       // every other tag, newest of the family first
}

// Steps names the newest tag within each step; "" where there is none.
type Steps struct {
	Patch string `json:"patch"`
	Minor string `json:"minor"`
	Major string `json:"major"`
}

// Candidate is one tag, and what was made of it.
type Candidate struct {
	Tag    string `json:"tag"`
	Family bool   `json:"family"` // it can be compared with the current tag
	Reason string `json:"reason"` // a code of docs/upstream.md
}
