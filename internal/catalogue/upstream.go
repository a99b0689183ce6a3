package catalogue

import (
	"slices"
	"time"
)

// Check is what upstream says of the image of one service. Its words are those of
// `catalogue tags check`.
type Check struct {
	Service    string     `json:"service"`
	Image      string     `json:"image"`   // as the version names it: NAME:TAG[@DIGEST]
	Verdict    string     `json:"verdict"` // none, patch, minor, major, rebuild, base, hold, unordered or unknown
	Newest     string     `json:"newest"`  // tag; empty where nothing is to be said of it
	Steps      Steps      `json:"steps"`
	Base       bool       `json:"base"`                // the base image inside the tag's suffix moves too
	Held       []string   `json:"held"`                // tags that want a person to look
	Reason     string     `json:"reason,omitempty"`    // why, for people
	Missing    bool       `json:"missing,omitempty"`   // the registry has no such image or tag
	Digest     string     `json:"digest,omitempty"`    // that the tag names now
	Platforms  []string   `json:"platforms,omitempty"` // of that digest
	EndOfLife  *EndOfLife `json:"end_of_life,omitempty"`
	CheckedAt  time.Time  `json:"checked_at"` // when the registry said so
	ValidUntil time.Time  `json:"valid_until"`
	Status     Status     `json:"status"`
	Error      string     `json:"error,omitempty"` // why it is stale or unknown, or what else could not be asked
}

// Steps names the newest tag within each step; empty where there is none.
type Steps struct {
	Patch string `json:"patch"`
	Minor string `json:"minor"`
	Major string `json:"major"`
}

// EndOfLife is how long upstream keeps up the line that a tag belongs to.
type EndOfLife struct {
	Product string `json:"product"`        // as endoflife.date calls it
	Cycle   string `json:"cycle"`          // the line: 16 of postgres:16.4
	Date    string `json:"date,omitempty"` // the last day, YYYY-MM-DD; empty where none is set
	Ended   bool   `json:"ended"`          // that day has come
}

// UnknownVerdict is said of what no registry answered for. It is never "up to date".
const UnknownVerdict = "unknown"

// Verdicts are all there are, from good to bad.
func Verdicts() []string { return slices.Clone(verdicts) }

// verdicts, from good to bad: what nobody could tell is worse than any step.
var verdicts = []string{"none", "unordered", "rebuild", "base", "patch", "minor", "major", "hold", UnknownVerdict}

func rank(verdict string) int {
	if at := slices.Index(verdicts, verdict); at >= 0 {
		return at
	}
	return len(verdicts)
}

// UpstreamSummary is what a list says of the images of a recipe's latest version.
type UpstreamSummary struct {
	Verdict   string         `json:"verdict"`    // the worst of its services
	Verdicts  map[string]int `json:"verdicts"`   // services by verdict
	Platforms []string       `json:"platforms"`  // that all its images run on; none where that of one is not known
	Ended     int            `json:"ended"`      // services whose line has reached its end of life
	Missing   int            `json:"missing"`    // services whose image the registry does not have
	Status    Status         `json:"status"`     // the worst of its services
	CheckedAt time.Time      `json:"checked_at"` // of the oldest check
}

// SumUpstream sums up the checks of a recipe; nil where there is none.
func SumUpstream(checks []Check) *UpstreamSummary {
	if len(checks) == 0 {
		return nil
	}
	sum := &UpstreamSummary{Verdict: checks[0].Verdict, Verdicts: map[string]int{}, Status: OK, CheckedAt: second(checks[0].CheckedAt)}
	for _, c := range checks {
		sum.add(c)
	}
	sum.Platforms = CommonPlatforms(checks)
	return sum
}

func (s *UpstreamSummary) add(c Check) {
	s.Verdicts[c.Verdict]++
	if rank(c.Verdict) > rank(s.Verdict) {
		s.Verdict = c.Verdict
	}
	if c.EndOfLife != nil && c.EndOfLife.Ended {
		s.Ended++
	}
	if c.Missing {
		s.Missing++
	}
	if c.CheckedAt.Before(s.CheckedAt) {
		s.CheckedAt = second(c.CheckedAt)
	}
	switch got := status(c.Status); {
	case got == Unknown, s.Status == OK:
		s.Status = got
	}
}

// CommonPlatforms are those that all images run on, sorted; none where the platforms
// of one are not known.
func CommonPlatforms(checks []Check) []string {
	common := []string{}
	for i, c := range checks {
		if i == 0 {
			common = append(common, c.Platforms...)
			continue
		}
		common = slices.DeleteFunc(common, func(p string) bool { return !slices.Contains(c.Platforms, p) })
	}
	slices.Sort(common)
	return slices.Compact(common)
}
