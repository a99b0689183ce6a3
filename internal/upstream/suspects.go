package upstream

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Bounds of what one verdict may ask beyond the list of tags.
const (
	maxRounds = 8  // judged again, since what was asked made another tag the newest
	maxLooks  = 12 // single tags asked about
)

// judge judges, asks what the verdict depends on, and judges again, until nothing is left
// to ask.
func (c *Client) judge(ctx context.Context, p pin, listing Listing, o CheckOptions) (Verdict, error) {
	w := newWitness(c, p, listing.Tags, o.MinAge)
	q := Question{Image: p.repository, Current: p.tag, Tags: w.tags, MinAge: o.MinAge, Now: c.cache.now()}
	verdict := Judge(q)
	for range maxRounds {
		if !w.askPage(ctx, verdict) && !w.look(ctx, verdict) {
			break
		}
		verdict = Judge(q)
	}
	return w.conclude(verdict), w.err
}

// conclude is the verdict where not all that it depends on could be asked: no answer is
// taken for a good one.
func (w *witness) conclude(v Verdict) Verdict {
	undated := undatedOf(v)
	switch {
	case v.Step == NoStep && len(undated) > 0:
		v.Step = Unknown
		v.Reason = fmt.Sprintf("how old %s is is not known", undated[0])
		if w.err != nil {
			v.Reason += ": " + strings.ReplaceAll(w.err.Error(), "\n", "; ")
		}
	case len(w.leap(v)) > 0 && slices.ContainsFunc(v.Candidates, func(c Candidate) bool { return c.Reason == reasonRetired }):
		v.Step, v.Held, v.Reason = Hold, []string{v.Newest}, "tags of a retired scheme are higher, and this may be one more"
		v.Newest, v.Steps, v.Base = "", Steps{}, false
	}
	return v
}

// mayBeReset reports whether there are lower builds of the current version.
func (w *witness) mayBeReset(v Verdict) bool {
	return len(w.current.builds) > 0 && slices.ContainsFunc(v.Candidates, func(c Candidate) bool {
		return c.Family && c.Reason == reasonOlder && stepTo(parseTag(c.Tag), w.current) == Rebuild
	})
}

// undated are the newest tags within each step whose age has to be known.
func (w *witness) undated(v Verdict) []string {
	wanted, settled := []string{}, map[Step]bool{}
	for _, c := range v.Candidates {
		isStep := (&judged{reason: c.Reason}).isNewer()
		mayBe := c.Reason == reasonNoDate || c.Reason == reasonYoung && !w.exact[c.Tag]
		if w.minAge == 0 || !c.Family || !isStep && !mayBe {
			continue
		}
		step := stepTo(w.current, parseTag(c.Tag))
		switch {
		case settled[step]:
		case isStep:
			settled[step] = true
		case !w.dated[c.Tag]: // else nobody knows, and the next one counts
			wanted = append(wanted, c.Tag)
			settled[step] = true
		}
	}
	return wanted
}

// undatedOf are the tags that would be newer if their age was known.
func undatedOf(v Verdict) []string {
	tags := []string{}
	for _, c := range v.Candidates {
		if c.Reason == reasonNoDate {
			tags = append(tags, c.Tag)
		}
	}
	return tags
}

// leap are the tags that tell whether the newest one is of a retired scheme, where that
// may be: it was not pushed for long, but others of the family were.
func (w *witness) leap(v Verdict) []string {
	if !w.isHub() || v.Newest == "" || w.exact[v.Newest] || len(w.current.parts) < 2 {
		return nil
	}
	line := w.current.parts[:len(w.current.parts)-1]
	alive, first := w.exact[w.pin.tag], w.pin.tag
	for _, c := range v.Candidates {
		alive = alive || c.Family && w.exact[c.Tag]
		if c.Family && isVersionOf(line, parseTag(c.Tag).parts) {
			first = c.Tag // the newest come first
		}
	}
	if !alive {
		return nil
	}
	return slices.DeleteFunc([]string{v.Newest, w.pin.tag, first}, func(tag string) bool { return w.exact[tag] || w.dated[tag] })
}

// early are the tags whose digests tell whether the newest within a step was moved to a
// pre-release before there was a release (docker-library/postgres#662): short versions,
// of which the list has pre-releases and nothing more precise.
func (w *witness) early(v Verdict) []string {
	wanted := []string{}
	if w.current.stage.maturity != 0 {
		return nil
	}
	for _, tag := range []string{v.Newest, v.Steps.Patch, v.Steps.Minor, v.Steps.Major} {
		if tag == "" {
			continue
		}
		if pre := w.preRelease(parseTag(tag)); pre != "" {
			wanted = append(wanted, tag, pre)
		}
	}
	return slices.DeleteFunc(wanted, func(tag string) bool { return w.headed[tag] || w.tags[w.at[tag]].Digest != "" })
}

const precise = 3 // parts of a version that moves no more

// preRelease is the latest one of a version that may not be released; "" where it is, or
// where there is none.
func (w *witness) preRelease(v version) string {
	if len(v.parts) >= precise {
		return ""
	}
	var latest version
	for _, tag := range w.tags {
		other := parseTag(tag.Name)
		if other.prefix != v.prefix || other.suffix != v.suffix || len(other.parts) < len(v.parts) || !isVersionOf(other.parts, v.parts) {
			continue
		}
		switch {
		case other.stage.maturity == 0 && len(other.parts) > len(v.parts):
			return ""
		case other.stage.maturity != 0 && (latest.text == "" || compareStages(latest.stage, other.stage) < 0):
			latest = other
		}
	}
	return latest.text
}
