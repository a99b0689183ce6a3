package upstream

import (
	"strings"
	"time"
)

// sameBuild is how far apart the tags of one build are pushed. A release follows its
// last candidate by more.
const sameBuild = time.Hour

// slot is where a version stood at a time: two tags in one slot came out of one build.
type slot struct {
	version string
	hour    int64 // since 1970
}

// alpha is the least mature stage that may pass for the release. Development builds,
// as 1.12.4-dev, may come out of a release's own build.
const alpha = 2 // of stages

// hearEarly suspects a release that was pushed together with a pre-release of that
// version, while no digest tells them apart: makers move 5.0.0 along with
// 5.0.0-preview.1 (library/haxe, tomcat, cassandra).
func (j *judgement) hearEarly() {
	early := j.earlySlots()
	if j.current.stage.maturity != 0 || len(early) == 0 {
		return
	}
	var released map[string]bool
	for i := range j.judged {
		t := &j.judged[i]
		if !t.isNewer() || t.stage.maturity != 0 || !t.isBeside(early) {
			continue
		}
		if released == nil {
			released = j.releasedPrecisely()
		}
		if !released[t.named(len(t.parts))] {
			t.reason = reasonShared
		}
	}
}

// earlySlots are those of pre-releases. The earliest date of a list says no more than
// that what bears it is not younger: so do the dates of a first look at a registry.
func (j *judgement) earlySlots() map[slot][]Tag {
	slots, first := map[slot][]Tag{}, j.firstDate()
	for _, t := range j.judged {
		if t.stage.maturity < alpha || !t.Pushed.After(first) {
			continue
		}
		for n := range len(t.parts) {
			at := slot{t.named(n + 1), hours(t.Pushed)}
			if len(slots[at]) < maxBeside {
				slots[at] = append(slots[at], t.Tag)
			}
		}
	}
	return slots
}

// maxBeside bounds the pre-releases of one version and hour that a tag is held against.
const maxBeside = 16

func hours(t time.Time) int64 { return t.Unix() / int64(sameBuild/time.Second) }

func (j *judgement) firstDate() (first time.Time) {
	first = j.pushed.Pushed
	for _, t := range j.judged {
		if !t.Pushed.IsZero() && (first.IsZero() || t.Pushed.Before(first)) {
			first = t.Pushed
		}
	}
	return first
}

// isBeside reports whether a pre-release of that version was pushed with the tag, and no
// digest says that they are two images.
func (t *judged) isBeside(early map[slot][]Tag) bool {
	if t.Pushed.IsZero() {
		return false
	}
	version, hour := t.named(len(t.parts)), hours(t.Pushed)
	for _, h := range []int64{hour - 1, hour, hour + 1} {
		for _, pre := range early[slot{version, h}] {
			if t.Pushed.Sub(pre.Pushed).Abs() <= sameBuild && (pre.Digest == "" || t.Digest == "" || pre.Digest == t.Digest) {
				return true
			}
		}
	}
	return false
}

// releasedPrecisely names the versions of which a more precise one is released.
func (j *judgement) releasedPrecisely() map[string]bool {
	released := map[string]bool{}
	for _, t := range j.judged {
		if t.kind == numbered && t.stage.maturity == 0 {
			for n := 1; n < len(t.parts); n++ {
				released[t.named(n)] = true
			}
		}
	}
	return released
}

// named is the version to so many parts, with what makes it comparable.
func (v version) named(points int) string {
	var name strings.Builder
	for _, part := range v.parts[:points] {
		name.WriteString(string(part) + ".")
	}
	return name.String() + "\x00" + v.prefix + "\x00" + v.suffix
}
