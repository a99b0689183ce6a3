package upstream

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Judge answers a question. The newest tag of the family is proposed that no signal
// speaks against; where one speaks against every newer tag, the answer is to hold.
func Judge(q Question) Verdict {
	v := Verdict{Current: q.Current, Step: Unknown, Held: []string{}, Candidates: []Candidate{}}
	if q.Partial {
		v.Reason = "the list of tags is not whole"
		return v
	}
	j := newJudgement(q)
	j.compareAll()
	j.hearSignals()
	j.conclude(&v)
	return v
}

// judgement is one question at work.
type judgement struct {
	Question
	current  version
	pushed   Tag // the current one, where it is listed
	judged   []judged
	unlisted bool // the registry does not have the current tag
}

// judged is one tag, and what was made of it.
type judged struct {
	Tag
	version
	family bool
	reason string
}

func newJudgement(q Question) *judgement {
	j := &judgement{Question: q, current: parseTag(q.Current), unlisted: true}
	at := make(map[string]int, len(q.Tags))
	for _, tag := range q.Tags {
		i, seen := at[tag.Name]
		switch {
		case tag.Name == q.Current:
			j.pushed, j.unlisted = later(j.pushed, tag), false
		case seen:
			j.judged[i].Tag = later(j.judged[i].Tag, tag)
		default:
			at[tag.Name] = len(j.judged)
			j.judged = append(j.judged, judged{Tag: tag, version: parseTag(tag.Name)})
		}
	}
	return j
}

// later is what a tag that is listed twice was pushed as last.
func later(a, b Tag) Tag {
	if c := cmp.Or(a.Pushed.Compare(b.Pushed), cmp.Compare(a.Digest, b.Digest)); c > 0 {
		return a
	}
	return b
}

// compareAll holds every tag against the current one, and puts the newest first.
func (j *judgement) compareAll() {
	for i := range j.judged {
		tag := &j.judged[i]
		tag.reason = stranger(j.current, tag.version)
		tag.family = tag.reason == ""
		if tag.family {
			tag.reason = j.place(tag.version)
		}
	}
	slices.SortFunc(j.judged, func(a, b judged) int {
		if a.family != b.family {
			if a.family {
				return -1
			}
			return 1
		}
		if a.family {
			if c := cmp.Or(compare(b.version, a.version), b.Pushed.Compare(a.Pushed)); c != 0 {
				return c
			}
		}
		return cmp.Compare(a.Name, b.Name)
	})
}

// place is where a tag of the family stands.
func (j *judgement) place(v version) string {
	switch c := compare(v, j.current); {
	case c < 0:
		return reasonOlder
	case c == 0:
		return reasonSame
	case notLTS(j.Image, j.current, v):
		return reasonNotLTS
	}
	return string(stepTo(j.current, v))
}

// isNewer reports whether the tag is one to go to.
func (t *judged) isNewer() bool {
	switch Step(t.reason) {
	case Patch, Minor, Major, Rebuild, Base:
		return true
	}
	return false
}

// conclude picks the newest within each step, and of all.
func (j *judgement) conclude(v *Verdict) {
	for _, t := range j.judged {
		v.Candidates = append(v.Candidates, Candidate{t.Name, t.family, t.reason})
		if isSuspect(t.reason) {
			v.Held = append(v.Held, t.Name)
		}
		if !t.isNewer() {
			continue
		}
		if v.Newest == "" {
			v.Newest, v.Step = t.Name, Step(t.reason)
			v.Base = compareNumbers(j.current.bases, t.bases) < 0
		}
		v.Steps.offer(Step(t.reason), t.Name)
	}
	if v.Newest == "" {
		v.Step, v.Reason = j.nothing(v.Held)
	}
}

// offer takes the tag if it is the first of its step.
func (s *Steps) offer(step Step, tag string) {
	place := map[Step]*string{Patch: &s.Patch, Minor: &s.Minor, Major: &s.Major}[step]
	if place != nil && *place == "" {
		*place = tag
	}
}

// nothing is the verdict where no tag is one to go to.
func (j *judgement) nothing(held []string) (Step, string) {
	switch {
	case j.current.kind == hash:
		return Unordered, "the tag is the hash of a commit: those have no order"
	case j.current.kind == word:
		return NoStep, "the tag names whatever was pushed last: watch its digest"
	case j.current.kind == signature:
		return Unordered, "the tag is a signature, and no image"
	case len(held) > 0:
		return Hold, fmt.Sprintf("version order and what was pushed disagree about %s", strings.Join(held[:min(len(held), 3)], ", "))
	case j.unlisted:
		return NoStep, "nothing newer; the registry does not list the current tag"
	}
	return NoStep, cmp.Or(j.retired(), j.cousin(), j.ended())
}

// cousin names the newest release that only a v, or the number of parts, keeps out of the
// family: where nothing is newer inside, the project may have changed its mind.
func (j *judgement) cousin() string {
	var newest version
	for _, t := range j.judged {
		if cousin(j.current, t.version) != "" && (newest.text == "" || compareNumbers(t.parts, newest.parts) > 0) {
			newest = t.version
		}
	}
	if newest.text == "" {
		return ""
	}
	return fmt.Sprintf("nothing newer in the family; %s is newer, and differs in %s", newest.text, cousin(j.current, newest))
}

func isSuspect(reason string) bool { return reason == reasonShared || reason == reasonReset }
