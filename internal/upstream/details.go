package upstream

import (
	"bytes"
	"context"
	"fmt"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// Platforms are those that the image runs on. The first time it costs a GET, which
// counts against a quota; what a digest names is kept for ever.
func (c *Client) Platforms(ctx context.Context, image Image) ([]Platform, error) {
	var found []Platform
	err := c.detail(ctx, image, "platforms", &found, func(ctx context.Context, desc *remote.Descriptor) (err error) {
		found, err = platformsOf(desc)
		return err
	})
	return found, err
}

// Config is how the image wants to be run on a platform. It fails with ErrNotFound
// where the image does not run there.
func (c *Client) Config(ctx context.Context, image Image, platform Platform) (Config, error) {
	var found Config
	err := c.detail(ctx, image, "config "+platform.String(), &found, func(ctx context.Context, desc *remote.Descriptor) error {
		on, err := c.imageOn(ctx, image, desc, platform)
		if err != nil {
			return err
		}
		file, err := on.ConfigFile()
		if err == nil {
			found = newConfig(file.Config)
		}
		return err
	})
	return found, err
}

// created is when the image was built, as it says itself; zero where it does not say, or
// says what keeps builds reproducible. It was pushed no earlier, perhaps much later. It
// costs up to three GETs, the first two of which count against a quota.
func (c *Client) created(ctx context.Context, image Image) (time.Time, error) {
	var found time.Time
	err := c.detail(ctx, image, "creation", &found, func(ctx context.Context, desc *remote.Descriptor) (err error) {
		found, err = c.createdOf(ctx, image, desc)
		return err
	})
	if found.Before(firstImage) {
		return time.Time{}, err
	}
	return found, err
}

// firstImage is when Docker came out.
var firstImage = time.Date(2013, time.March, 1, 0, 0, 0, 0, time.UTC)

// createdOf reads any one of the image's platforms: they are built together.
func (c *Client) createdOf(ctx context.Context, image Image, desc *remote.Descriptor) (time.Time, error) {
	var any Platform
	if desc.MediaType.IsIndex() {
		index, err := v1.ParseIndexManifest(bytes.NewReader(desc.Manifest))
		if err != nil {
			return time.Time{}, err
		}
		if at, err := time.Parse(time.RFC3339, index.Annotations["org.opencontainers.image.created"]); err == nil {
			return at, nil
		}
		on := platforms(index)
		if len(on) == 0 {
			return time.Time{}, nil
		}
		any = on[0]
	}
	one, err := c.imageOn(ctx, image, desc, any)
	if err != nil {
		return time.Time{}, err
	}
	file, err := one.ConfigFile()
	if err != nil {
		return time.Time{}, err
	}
	return file.Created.Time, nil
}

// detail answers a question about content from the cache, or by reading the manifest.
func (c *Client) detail(ctx context.Context, image Image, what string, answer any, read func(context.Context, *remote.Descriptor) error) error {
	r, err := image.pinned()
	if err != nil {
		return err
	}
	question := what + " " + r.full
	if _, known := c.cache.Get(question, answer); known {
		return nil
	}
	err = c.read(ctx, r, what, callTimeout, read)
	if err == nil {
		c.cache.Put(question, answer)
	}
	return err
}

// read gets the manifest, and for so long whatever else the question is about.
func (c *Client) read(ctx context.Context, r ref, what string, limit time.Duration, read func(context.Context, *remote.Descriptor) error) error {
	if c.offline {
		return fmt.Errorf("%s of %s: %w", what, r.full, ErrOffline)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("no answer in %s", limit))
	defer cancel()
	desc, err := c.get(ctx, r)
	if err == nil {
		err = read(ctx, desc)
	}
	if err != nil {
		return c.explain(ctx, r, err)
	}
	return nil
}

func (c *Client) get(ctx context.Context, r ref) (*remote.Descriptor, error) {
	s, err := c.sessions.to(ctx, r.remote.Context())
	if err != nil {
		return nil, err
	}
	return s.puller.Get(ctx, r.remote)
}

func platformsOf(desc *remote.Descriptor) ([]Platform, error) {
	if desc.MediaType.IsIndex() {
		index, err := v1.ParseIndexManifest(bytes.NewReader(desc.Manifest))
		if err != nil {
			return nil, err
		}
		return platforms(index), nil
	}
	image, err := desc.Image()
	if err != nil {
		return nil, err
	}
	file, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	return []Platform{{file.OS, file.Architecture, file.Variant}}, nil
}

// imageOn is the image that runs on the platform.
func (c *Client) imageOn(ctx context.Context, image Image, desc *remote.Descriptor, platform Platform) (v1.Image, error) {
	if !desc.MediaType.IsIndex() {
		return desc.Image()
	}
	index, err := v1.ParseIndexManifest(bytes.NewReader(desc.Manifest))
	if err != nil {
		return nil, err
	}
	for _, entry := range index.Manifests {
		if p := entry.Platform; p != nil && (Platform{p.OS, p.Architecture, p.Variant}) == platform {
			child, err := Image{Repository: image.Repository, Digest: entry.Digest.String()}.pinned()
			if err != nil {
				return nil, err
			}
			if desc, err = c.get(ctx, child); err != nil {
				return nil, err
			}
			return desc.Image()
		}
	}
	return nil, fmt.Errorf("%w for %s", ErrNotFound, platform)
}
