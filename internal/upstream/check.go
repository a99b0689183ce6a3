package upstream

import "time"

// CheckOptions say what a check is for. The zero value asks as little as the verdict
// needs.
type CheckOptions struct {
	MinAge  time.Duration // a tag that was pushed later than this ago waits; 0 is no wait
	Known   Image         // what the tag named before: another digest now is a rebuild; zero where unknown
	Details bool          // ask for the digest and the platforms of the current tag, too: a HEAD, and the first time a GET
}

// Check is what a registry's tags say of one image reference.
type Check struct {
	Image     Image      `json:"image"` // of the current tag: zero where it is not there, or was not asked for
	Verdict   Verdict    `json:"verdict"`
	Platforms []Platform `json:"platforms"`  // of the current tag, with Details alone
	CheckedAt time.Time  `json:"checked_at"` // when the registry listed its tags; zero where it did not
	Err       error      `json:"-"`          // why the verdict is unknown, or what else could not be asked; nil where all is known
}
