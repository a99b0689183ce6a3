package bump

import (
	"fmt"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/upstream"
)

// Target is where an image is to move.
type Target struct {
	Tag    string
	Digest string        // sha256:…; "" where the reference names none
	Step   upstream.Step // from the tag that is there
}

// decision is what becomes of one use.
type decision struct {
	use     use
	verdict upstream.Verdict
	pins    []pin
	target  *Target // nil: it stays
	grave   bool    // it stays for want of an answer, or of a way: --strict refuses
	why     string  // it stays, or does not go all the way
}

func (d *decision) stay(grave bool, format string, args ...any) {
	d.target, d.grave, d.why = nil, grave, fmt.Sprintf(format, args...)
}

// decide says where a use is to move, without a look at any other.
func (j *job) decide(u use) decision {
	check, asked := j.Checks[u.ref]
	d := decision{use: u, verdict: check.Verdict, pins: j.pinsOf(u)}
	switch {
	case u.fault != "":
		d.verdict.Step = upstream.Unknown
		d.stay(!u.untagged(), "%s", u.fault)
	case !asked:
		d.verdict.Step = upstream.Unknown
		d.stay(true, "its registry was not asked")
	case check.Err != nil && check.Verdict.Step == upstream.Unknown:
		d.stay(true, "%s", check.Err)
	case d.verdict.Step == upstream.Unknown:
		d.stay(true, "%s", d.verdict.Reason)
	case d.verdict.Step == upstream.Hold:
		d.stay(true, "held because of %s: %s", strings.Join(d.verdict.Held, ", "), d.verdict.Reason)
	case d.verdict.Step == upstream.Unordered:
		d.stay(false, "its tags have no order: %s", d.verdict.Reason)
	default:
		j.aim(&d, check)
	}
	return d
}

// aim chooses among the tags that are newer.
func (j *job) aim(d *decision, check upstream.Check) {
	verdict := d.verdict
	if len(d.pins) > 0 {
		for _, p := range d.pins {
			if p.tag == "" || p.image != "" && p.image != d.use.image.Name {
				d.stay(false, "%s", p.holds(d.use))
				return
			}
		}
		verdict = d.pinned()
	}
	if verdict.Step == upstream.NoStep {
		if d.verdict.Step != upstream.NoStep {
			d.stay(false, "pinned to %s at %s; the newest tag is %s (%s)", d.pins[0].tag, d.pins[0].where, d.verdict.Newest, d.verdict.Step)
		}
		return
	}
	j.pick(d, verdict)
	if d.target != nil {
		j.pinDigest(d, check)
	}
}

func (p pin) holds(u use) string {
	if p.tag == "" {
		return "pinned at " + p.where
	}
	return fmt.Sprintf("pinned at %s, but for the image %s; correct the one that is wrong", p.where, p.image)
}

// pinned is the verdict over the tags that every pin allows.
func (d *decision) pinned() upstream.Verdict {
	q := upstream.Question{Image: d.use.image.Name, Current: d.verdict.Current}
	for _, c := range d.verdict.Candidates {
		allowed := !slices.ContainsFunc(d.pins, func(p pin) bool { return !p.allows(c.Tag) })
		if c.Family && allowed {
			q.Tags = append(q.Tags, upstream.Tag{Name: c.Tag})
		}
	}
	return upstream.Judge(q)
}

// pick takes the newest tag within the level; of a database whose service is not
// named, the newest of the same major version.
func (j *job) pick(d *decision, verdict upstream.Verdict) {
	named := slices.Contains(j.Services, d.use.service)
	withheld := ""
	for _, level := range slices.Backward(Levels) {
		if !within(level, j.Allow) {
			continue
		}
		target := newest(verdict, level)
		switch {
		case target == nil:
			continue
		case d.use.image.IsDatabase() && !named && newSeries(d.use.image, target.Tag):
			withheld = target.Tag
			continue
		}
		d.target = target
		break
	}
	switch beyond := verdict.Newest; {
	case withheld != "":
		d.why = fmt.Sprintf("%s is another major version of a database; --service %s moves it", withheld, d.use.service)
	case d.target == nil || d.target.Tag != beyond:
		d.why = fmt.Sprintf("%s is newer by a step (%s) that --allow %s leaves out", beyond, verdict.Step, j.Allow)
	}
}

// newest is the newest tag within the level; nil where there is none.
func newest(v upstream.Verdict, level upstream.Step) *Target {
	if within(v.Step, level) {
		return &Target{Tag: v.Newest, Step: v.Step}
	}
	for _, step := range []upstream.Step{upstream.Minor, upstream.Patch} {
		tag := v.Steps.Patch
		if step == upstream.Minor {
			tag = v.Steps.Minor
		}
		if tag != "" && within(step, level) {
			return &Target{Tag: tag, Step: step}
		}
	}
	return nil
}

// pinDigest gives the target the digest of its tag, where the reference has one. A
// rebuild behind the same tag shows nowhere else.
func (j *job) pinDigest(d *decision, check upstream.Check) {
	same := d.target.Tag == "" || d.target.Tag == d.use.image.Tag
	if same {
		d.target.Tag = d.use.image.Tag
	}
	if d.use.image.Digest == "" {
		if same {
			d.stay(false, "the tag names another image by now, which the recipe does not show: it names no digest")
		}
		return
	}
	digest, err := check.Image.Digest, error(nil)
	if !same || digest == "" {
		digest, err = j.Digest(d.use.repository() + ":" + d.target.Tag)
	}
	switch {
	case err != nil:
		d.stay(true, "the digest of %s is not known: %s", d.target.Tag, err)
	case digest == d.use.image.Digest && same:
		d.stay(false, "the digest is the newest of its tag")
	default:
		d.target.Digest = digest
	}
}
