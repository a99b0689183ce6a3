package index

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/internal/index/store"
	"coopcloud.tech/catalogue/internal/upstream"
)

// Bounds of what is kept of one answer: a registry may send anything.
const (
	maxReason    = 400 // bytes
	maxHeld      = 20
	maxPlatforms = 50
)

// answered is what is known of an image after a check. What the check could not tell
// stays as it was, and the failure says why: then it is stale.
func (c *crawl) answered(t target, check upstream.Check, isMissing bool) store.Image {
	image := store.Image{ImageKey: t.key, AskedAt: c.at, Question: c.question(), Answer: t.before.Answer}
	listedAt := check.CheckedAt
	if listedAt.IsZero() {
		listedAt = check.Image.CheckedAt // a digest alone has no list
	}
	switch {
	case isMissing:
		at := listedAt
		if at.IsZero() {
			at = c.at
		}
		image.Answer = newAnswer(check, at)
		image.Answer.Missing = true
	case check.Verdict.Step != upstream.Unknown && check.Verdict.Step != "" && !listedAt.IsZero():
		image.Answer = newAnswer(check, listedAt)
	case check.Err != nil:
		image.Failure = short(check.Err.Error())
	default:
		image.Failure = short(check.Verdict.Reason)
	}
	if image.Failure == "" && !isMissing && check.Err != nil {
		image.Answer.Error = short(check.Err.Error())
	}
	addDetails(&image.Answer, t.before.Answer, check)
	image.Answer.EndOfLife = t.before.Answer.EndOfLife
	c.plan(&image, isMissing, check.Err != nil)
	return image
}

// isMissing asks for an image that no list names: it may be there all the same, under a
// digest of its own, or in a registry that hides tags.
func (c *crawl) isMissing(ctx context.Context, t target, check *upstream.Check) bool {
	isUnlisted := errors.Is(check.Err, upstream.ErrNotFound) || !check.CheckedAt.IsZero() && check.Err == nil
	if check.Image.Digest != "" || !isUnlisted {
		return false
	}
	image, err := c.opts.Images.Registries.Image(ctx, t.key.Reference)
	if err == nil {
		check.Image = image
		check.Platforms, err = c.opts.Images.Registries.Platforms(ctx, image)
	}
	if errors.Is(err, upstream.ErrNotFound) {
		return check.Image.Digest == ""
	}
	check.Err = errors.Join(check.Err, err)
	return false
}

// newAnswer holds nothing that is as long as a stranger likes.
func newAnswer(check upstream.Check, at time.Time) catalogue.Check {
	v := check.Verdict
	answer := catalogue.Check{
		Verdict: string(v.Step), Newest: short(v.Newest), Base: v.Base, Reason: short(v.Reason), CheckedAt: at.UTC().Truncate(time.Second),
		Steps: catalogue.Steps{Patch: short(v.Steps.Patch), Minor: short(v.Steps.Minor), Major: short(v.Steps.Major)},
	}
	for _, tag := range v.Held[:min(len(v.Held), maxHeld)] {
		answer.Held = append(answer.Held, short(tag))
	}
	return answer
}

// addDetails takes over what is known of the digest: an old digest's platforms hold for
// it, whenever they were asked.
func addDetails(answer *catalogue.Check, before catalogue.Check, check upstream.Check) {
	if answer.Missing {
		return
	}
	answer.Digest, answer.Platforms = before.Digest, before.Platforms
	if check.Image.Digest != "" && check.Image.Digest != before.Digest {
		answer.Digest, answer.Platforms = check.Image.Digest, nil
	}
	if found := platforms(check.Platforms); len(found) > 0 {
		answer.Platforms = found
	}
}

var platformForm = regexp.MustCompile(`^[a-z0-9._-]{1,30}/[a-z0-9._-]{1,30}(/[a-z0-9._-]{1,30})?$`)

// platforms names each once, as the engine does: arm64 is v8 (containerd, platforms.Normalize).
func platforms(found []upstream.Platform) []string {
	var names []string
	for _, p := range found {
		if p.Architecture == "arm64" && p.Variant == "v8" || p.Architecture == "amd64" && p.Variant == "v1" {
			p.Variant = ""
		}
		if name := p.String(); platformForm.MatchString(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	return names[:min(len(names), maxPlatforms)]
}

// plan says until when the answer holds, and when to ask again: not while the client
// would only repeat itself.
func (c *crawl) plan(image *store.Image, isMissing, failed bool) {
	image.DueAt = image.Answer.CheckedAt.Add(upstream.TagExpiry)
	switch {
	case failed && !isMissing:
		image.DueAt = c.at.Add(upstream.FailureExpiry)
	case isMissing:
		image.DueAt = c.at.Add(upstream.NotFoundExpiry)
	case image.Failure != "":
		image.DueAt = c.at.Add(upstream.TagExpiry)
	}
	if image.Failure == "" {
		image.Answer.ValidUntil = image.Answer.CheckedAt.Add(upstream.TagExpiry + c.opts.ValidFor)
	}
}

// short makes one bounded line of what somebody said.
func short(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > maxReason {
		text = strings.ToValidUTF8(text[:maxReason], "") + "…"
	}
	return text
}
