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

// aim takes the newest tag that is within the level, that every pin allows, and that
// is no other major version of a database whose service is not named.
func (j *job) aim(d *decision, check upstream.Check) {
	for _, p := range d.pins {
		if p.tag == "" || p.image != "" && p.image != d.use.image.Name {
			d.stay(false, "%s", p.holds())
			return
		}
	}
	for _, c := range d.verdict.Candidates {
		step := upstream.Step(c.Reason) // that of a newer tag
		if !c.Family || !slices.Contains(Levels, step) {
			continue
		}
		why := j.against(d, c.Tag, step)
		if why == "" {
			d.target = &Target{Tag: c.Tag, Step: step}
			break
		}
		if d.why == "" {
			d.why = why
		}
	}
	j.pinDigest(d, check)
}

func (p pin) holds() string {
	if p.tag == "" {
		return "pinned at " + p.where
	}
	return fmt.Sprintf("pinned at %s, but for the image %s; correct the one that is wrong", p.where, p.image)
}

// against is why a newer tag is not taken; "" where it is.
func (j *job) against(d *decision, tag string, step upstream.Step) string {
	for _, p := range d.pins {
		if !p.allows(tag) {
			return fmt.Sprintf("pinned to %s at %s; %s is newer (%s)", p.tag, p.where, tag, step)
		}
	}
	switch {
	case !within(step, j.Allow):
		return fmt.Sprintf("%s is newer by a step (%s) that --allow %s leaves out", tag, step, j.Allow)
	case d.use.image.IsDatabase() && !slices.Contains(j.Services, d.use.service) && newSeries(d.use.image, tag):
		return fmt.Sprintf("%s is another major version of a database; --service %s moves it", tag, d.use.service)
	}
	return ""
}

// pinDigest gives the target the digest of its tag, where the reference has one.
// Where the tag stays, the digest behind it may have moved: a rebuild.
func (j *job) pinDigest(d *decision, check upstream.Check) {
	image := d.use.image
	moved := check.Image.Digest != "" && check.Image.Digest != image.Digest || d.verdict.Newest == image.Tag
	switch {
	case image.Digest == "" && d.target == nil && d.verdict.Step == upstream.Rebuild && moved:
		d.stay(false, "the tag names another image by now, which the recipe does not show: it names no digest")
		return
	case image.Digest == "", d.target == nil && !moved:
		return
	case d.target == nil:
		d.target = &Target{Tag: image.Tag, Step: upstream.Rebuild}
	}
	digest, err := check.Image.Digest, error(nil)
	if digest == "" || d.target.Tag != image.Tag {
		digest, err = j.Digest(d.use.repository() + ":" + d.target.Tag)
	}
	switch {
	case err != nil:
		d.stay(true, "the digest of %s is not known: %s", d.target.Tag, err)
	case digest == image.Digest && d.target.Tag == image.Tag:
		d.target = nil
	default:
		d.target.Digest = digest
	}
}
