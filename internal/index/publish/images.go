package publish

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
)

// update is what a verdict on an image says, in words.
type update struct{ Level, Text string }

// updates says every verdict. That something waits is no fault of a recipe; that nobody
// knows is not "up to date".
var updates = map[string]update{
	"none":      {"yes", "Up to date"},
	"patch":     {"part", "Patch update waits"},
	"minor":     {"part", "Minor update waits"},
	"major":     {"part", "Major update waits"},
	"rebuild":   {"part", "Rebuilt"},
	"base":      {"part", "New base image"},
	"hold":      {"part", "Needs a look"},
	"unordered": {"unknown", "Tags have no order"},
}

func newUpdate(verdict string) update {
	if u, ok := updates[verdict]; ok {
		return u
	}
	return update{"unknown", "Not known"}
}

// imageCheck is what upstream says of the image of one service.
type imageCheck struct {
	update
	Service, Image string
	Missing        bool
	Newest         string
	Base           bool // that Newest, or a step, moves the base image too
	Others         []step
	Held           rows[string]
	Reason         string
	Platforms      string
	End            *ending
	CheckedAt      time.Time // zero: never answered
	Stale          bool
	Error          string
}

// step is a newest tag below the newest of all.
type step struct{ Name, Tag string }

// ending is the end of life of the line that a tag belongs to.
type ending struct {
	Level, Text string
	Line        string // "postgresql 16"
}

func newImageChecks(checks []catalogue.Check) rows[imageCheck] {
	var views []imageCheck
	for _, c := range checks {
		views = append(views, newImageCheck(c))
	}
	return limit(views)
}

func newImageCheck(c catalogue.Check) imageCheck {
	view := imageCheck{
		update: newUpdate(c.Verdict), Service: c.Service, Image: c.Image, Missing: c.Missing, Newest: c.Newest, Base: c.Base,
		Held: limit(c.Held), Reason: c.Reason, Platforms: strings.Join(shortPlatforms(c.Platforms), ", "), End: newEnding(c.EndOfLife),
		CheckedAt: c.CheckedAt, Stale: c.Status == catalogue.Stale, Error: c.Error,
	}
	if c.Verdict == "rebuild" || c.Error == c.Reason {
		view.Error = ""
	}
	for _, s := range []step{{"patch", c.Steps.Patch}, {"minor", c.Steps.Minor}, {"major", c.Steps.Major}} {
		if s.Tag != "" && s.Tag != c.Newest {
			view.Others = append(view.Others, s)
		}
	}
	return view
}

func newEnding(e *catalogue.EndOfLife) *ending {
	if e == nil {
		return nil
	}
	view := ending{Level: "plain", Line: e.Product + " " + e.Cycle, Text: "maintained"}
	day, err := time.Parse(time.DateOnly, e.Date)
	switch {
	case e.Ended && err == nil:
		view.Level, view.Text = "no", "end of life since "+date(day)
	case e.Ended:
		view.Level, view.Text = "no", "end of life"
	case err == nil:
		view.Text = "maintained until " + date(day)
	}
	return &view
}

// shortPlatforms leaves out what all have in common here: linux.
func shortPlatforms(platforms []string) []string {
	short := make([]string, len(platforms))
	for i, p := range platforms {
		short[i] = strings.TrimPrefix(p, "linux/")
	}
	return short
}

// arm64 is the facet of the list; amd64, which nearly all run on, would tell nothing.
const arm64 = "Runs on arm64"

// upstreamFeature is nil where an image does not run there, or where nobody knows.
func upstreamFeature(u *catalogue.UpstreamSummary) *feature {
	if u == nil || !slices.ContainsFunc(u.Platforms, func(p string) bool { return p == "linux/arm64" }) {
		return nil
	}
	return &feature{Name: arm64, Level: "yes", Text: "All images of the newest version do"}
}

// newImagesUpdate sums up the images of a recipe in a line; nil where none was checked.
func newImagesUpdate(u *catalogue.UpstreamSummary) *update {
	if u == nil {
		return nil
	}
	sum := newUpdate(u.Verdict)
	switch {
	case u.Missing > 0:
		sum = update{"no", count(u.Missing, "image") + " gone"}
	case u.Ended > 0:
		sum = update{"no", count(u.Ended, "image") + " past end of life"}
	case u.Status == catalogue.Stale:
		sum.Text = cmp.Or(sum.Text, "Not known") + ", stale"
	}
	return &sum
}
