package swarm

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/containerd/errdefs"
	"github.com/distribution/reference"
	"github.com/docker/docker/api/types/swarm"
)

// A registry look-up is a convenience: a slow one must not hold up a deploy.
const lookupTimeout = 20 * time.Second

// Image is what the swarm's manager says about an image.
type Image struct {
	Ref       string           `json:"ref"` // with the digest; "" where there is a problem
	Platforms []swarm.Platform `json:"platforms,omitempty"`
	Problem   string           `json:"problem,omitempty"` // why the manager cannot say
}

// ResolveImage asks the manager's registry for the digest and platforms of an
// image; its view decides what nodes will pull. A ref that has a digest keeps
// it.
func (c *Client) ResolveImage(ctx context.Context, ref, auth string) (Image, error) {
	named, err := reference.ParseNormalizedNamed(ref)
	if err != nil {
		return Image{}, fmt.Errorf("image %q: %w", ref, err)
	}
	named = reference.TagNameOnly(named)
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	answer, err := c.api.DistributionInspect(ctx, named.String(), auth)
	if err != nil {
		return Image{}, fmt.Errorf("registry %s: %w%s", reference.Domain(named), classify(err), loginHint(err, named))
	}
	if _, pinned := named.(reference.Digested); !pinned {
		if named, err = reference.WithDigest(named, answer.Descriptor.Digest); err != nil {
			return Image{}, fmt.Errorf("image %q: %w", ref, err)
		}
	}
	image := Image{Ref: reference.FamiliarString(named)}
	for _, platform := range answer.Platforms {
		image.Platforms = append(image.Platforms, swarm.Platform{Architecture: architecture(platform.Architecture), OS: platform.OS})
	}
	return image, nil
}

// loginHint tells what to do about a registry that refuses us. Engines do not
// agree on the status code, and without any credential not on the words.
func loginHint(err error, named reference.Named) string {
	text := err.Error()
	if errdefs.IsUnauthorized(err) || strings.Contains(text, "unauthorized") || strings.Contains(text, "no basic auth credentials") {
		return "; run: docker login " + reference.Domain(named)
	}
	return ""
}

// architecture leaves "arm" out: nodes report armv7l and the like, so that the
// constraint would never match (swarmkit#2294).
func architecture(name string) string {
	if strings.EqualFold(name, "arm") {
		return ""
	}
	return name
}
