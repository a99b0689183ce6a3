package upstream

import (
	"context"
	"errors"
	"time"
)

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

// Check judges a reference's tag by all tags of its repository. It asks for the list, and
// beyond that only for what the verdict depends on: the digest of a tag whose former one
// is known (Known, or the reference's own), and the dates and digests of suspects. Each
// answer is kept, and shared with whoever asks the same.
func (c *Client) Check(ctx context.Context, reference string, o CheckOptions) Check {
	p, err := parsePin(reference)
	if err != nil {
		return Check{Verdict: unknown("", err), Err: err}
	}
	if p.tag == "" {
		return c.checkDigest(ctx, p, o)
	}
	listing, err := c.Tags(ctx, p.full)
	check := Check{CheckedAt: listing.CheckedAt, Err: err}
	if err != nil {
		check.Verdict = unknown(p.tag, err)
	} else {
		check.Verdict, check.Err = c.judge(ctx, p, listing, o)
	}
	c.addCurrent(ctx, p, listing, o, &check)
	return check
}

func unknown(current string, err error) Verdict {
	return Verdict{Current: current, Step: Unknown, Reason: err.Error(), Held: []string{}, Candidates: []Candidate{}}
}

// checkDigest is for a reference that has a digest and no tag.
func (c *Client) checkDigest(ctx context.Context, p pin, o CheckOptions) Check {
	check := Check{Verdict: Verdict{
		Step: Unordered, Reason: "the reference has a digest alone, which says nothing of its version",
		Held: []string{}, Candidates: []Candidate{},
	}}
	if o.Details {
		check.Image, check.Err = c.Image(ctx, p.full)
		c.addPlatforms(ctx, &check)
	}
	return check
}

// addCurrent asks what the current tag names, where that was asked for or decides.
func (c *Client) addCurrent(ctx context.Context, p pin, listing Listing, o CheckOptions, check *Check) {
	before := p.digest
	if before == "" {
		before = o.Known.Digest
	}
	isListed := check.CheckedAt.IsZero() || listing.has(p.tag) // without a list nobody knows
	if !isListed || before == "" && !o.Details {
		return
	}
	image, err := c.Image(ctx, p.full)
	switch {
	case errors.Is(err, ErrNotFound):
	case err != nil:
		check.Err = errors.Join(check.Err, err)
		if before != "" && check.Verdict.isStill() {
			check.Verdict.Step, check.Verdict.Reason = Unknown, err.Error()
		}
	case before != "" && image.Digest != before && check.Verdict.isStill():
		check.Verdict.Step, check.Verdict.Newest = Rebuild, p.tag
		check.Verdict.Reason = "the tag names " + image.Digest + " now, no longer " + clip(before)
		fallthrough
	default:
		check.Image = image
	}
	if o.Details {
		c.addPlatforms(ctx, check)
	}
}

func (c *Client) addPlatforms(ctx context.Context, check *Check) {
	if check.Image.Digest == "" {
		return
	}
	platforms, err := c.Platforms(ctx, check.Image)
	check.Platforms, check.Err = platforms, errors.Join(check.Err, err)
}

// isStill says that no other tag is proposed: then the digest decides.
func (v Verdict) isStill() bool { return v.Step == NoStep || v.Step == Unordered }

func (l Listing) has(tag string) bool {
	for _, listed := range l.Tags {
		if listed.Name == tag {
			return true
		}
	}
	return false
}
