package upstream

import (
	"fmt"
	"time"
)

// restartGap is how much later a line of versions has to begin than a higher version was
// pushed, for the higher one to be of a scheme that was given up. Rolling tags of
// two lines that are both alive are pushed days apart.
const restartGap = 60 * 24 * time.Hour

// hearSignals asks the second witness of each newer tag: when it was pushed, and what
// image it names.
func (j *judgement) hearSignals() {
	if j.current.kind != numbered {
		return
	}
	j.hearStages()
	minor, major := j.lineBegan(len(j.current.parts)-1), j.lineBegan(1)
	for i := range j.judged {
		if t := &j.judged[i]; t.family {
			began := minor
			if t.parts[0] != j.current.parts[0] {
				began = major // an old major may get new minors beside the next major: centos 7.8 after 8.1
			}
			t.reason = j.hear(t, began)
		}
	}
	j.hearShared()
	j.hearEarly()
}

// hear is the reason of a tag of the family after its date and digest were heard.
func (j *judgement) hear(t *judged, began time.Time) string {
	switch {
	case t.reason == reasonOlder && j.isReset(t):
		return reasonReset
	case !t.isNewer():
		return t.reason
	case t.Digest != "" && t.Digest == j.pushed.Digest:
		return reasonSameImage
	case isAfter(began, t.Pushed, restartGap):
		return reasonRetired
	case j.MinAge > 0 && t.Pushed.IsZero():
		return reasonNoDate
	case j.MinAge > 0 && j.Now.Sub(t.Pushed) < j.MinAge:
		return reasonYoung
	}
	return t.reason
}

// isAfter reports whether a time is that much later than another; unknown times are not.
func isAfter(later, earlier time.Time, gap time.Duration) bool {
	return !later.IsZero() && !earlier.IsZero() && later.Sub(earlier) > gap
}

// lineBegan is when the first version of a line was pushed: of those that share so many
// parts, up to the current one. Unknown where one part is all.
func (j *judgement) lineBegan(shared int) time.Time {
	v := j.current
	if len(v.parts) < 2 {
		return time.Time{}
	}
	began := j.pushed.Pushed
	for _, t := range j.judged {
		inLine := t.family && compareNumbers(t.parts[:shared], v.parts[:shared]) == 0 && compare(t.version, v) <= 0
		if inLine && !t.Pushed.IsZero() && t.Pushed.Before(began) {
			began = t.Pushed
		}
	}
	return began
}

// isReset reports whether a build counter began again: a lower one of the same version was
// pushed later.
func (j *judgement) isReset(t *judged) bool {
	return compareNumbers(t.parts, j.current.parts) == 0 && compareStages(t.stage, j.current.stage) == 0 &&
		compareNumbers(t.bases, j.current.bases) == 0 && isAfter(t.Pushed, j.pushed.Pushed, 0)
}

// hearStages prefers releases: from a pre-release, the way leads to the next release where
// there is one, else to the next pre-release.
func (j *judgement) hearStages() {
	released := false
	for i := range j.judged {
		released = released || j.judged[i].isNewer() && j.judged[i].stage.maturity == 0
	}
	for i := range j.judged {
		if t := &j.judged[i]; released && t.isNewer() && t.stage.maturity != 0 {
			t.reason = reasonPreRelease
		}
	}
}

// hearShared holds what names the same image as a pre-release of that version: the tag
// was moved too early (docker-library/postgres#662).
func (j *judgement) hearShared() {
	early := map[string][]version{}
	for _, t := range j.judged {
		if t.stage.maturity != 0 && t.Digest != "" {
			early[t.Digest] = append(early[t.Digest], t.version)
		}
	}
	for i := range j.judged {
		t := &j.judged[i]
		if !t.isNewer() || t.Digest == "" {
			continue
		}
		for _, pre := range early[t.Digest] {
			if j.current.stage.maturity == 0 && t.stage.maturity == 0 && isVersionOf(pre.parts, t.parts) {
				t.reason = reasonShared
			}
		}
	}
}

// isVersionOf reports whether the one version is the other, said more precisely or less.
func isVersionOf(a, b []number) bool {
	n := min(len(a), len(b))
	return compareNumbers(a[:n], b[:n]) == 0
}

// retired names the highest tag that is passed over since its scheme was given up.
func (j *judgement) retired() string {
	for _, t := range j.judged {
		if t.reason == reasonRetired {
			return fmt.Sprintf("%s is higher, but was pushed on %s, long before the current versions began: its scheme was given up",
				t.Name, t.Pushed.Format(time.DateOnly))
		}
	}
	return ""
}

// endedGap is how long a family has to be silent, while others are pushed, for its end to
// be spoken of.
const endedGap = 365 * 24 * time.Hour

// ended says that the family seems to have come to its end: nothing of it was pushed for
// long, and other versions were.
func (j *judgement) ended() string {
	last, other := j.pushed.Pushed, Tag{}
	for _, t := range j.judged {
		switch {
		case t.family && t.Pushed.After(last):
			last = t.Pushed
		case !t.family && t.kind == numbered && t.stage.maturity == 0 && t.Pushed.After(other.Pushed):
			other = t.Tag
		}
	}
	if !isAfter(other.Pushed, last, endedGap) {
		return ""
	}
	return fmt.Sprintf("nothing newer in the family, of which nothing was pushed since %s; %s was, on %s",
		last.Format(time.DateOnly), other.Name, other.Pushed.Format(time.DateOnly))
}
