package upstream

import (
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Image is what a registry says of one reference.
type Image struct {
	Repository string    `json:"repository"` // docker.io/library/nginx
	Tag        string    `json:"tag"`        // "" where the reference has a digest
	Digest     string    `json:"digest"`     // of the manifest, or of the list of manifests
	MediaType  string    `json:"media_type"`
	CheckedAt  time.Time `json:"checked_at"` // when the registry said so
}

// Platform is one that an image runs on.
type Platform struct {
	OS           string `json:"os"`
	Architecture string `json:"architecture"`
	Variant      string `json:"variant,omitempty"` // v7 of arm
}

// String is linux/arm/v7, as Docker writes it.
func (p Platform) String() string {
	text := p.OS + "/" + p.Architecture
	if p.Variant != "" {
		text += "/" + p.Variant
	}
	return text
}

// Config is how an image says that it wants to be run.
type Config struct {
	User        string            `json:"user"` // "" is root
	Entrypoint  []string          `json:"entrypoint"`
	Cmd         []string          `json:"cmd"`
	Healthcheck *Healthcheck      `json:"healthcheck"` // nil where it has none
	Labels      map[string]string `json:"labels"`
}

// Healthcheck is an image's own. A time of 0 is the engine's default.
type Healthcheck struct {
	Test        []string      `json:"test"` // CMD, CMD-SHELL or NONE first
	Interval    time.Duration `json:"interval"`
	Timeout     time.Duration `json:"timeout"`
	StartPeriod time.Duration `json:"start_period"`
	Retries     int           `json:"retries"`
}

func isManifest(mediaType types.MediaType) bool {
	return mediaType.IsImage() || mediaType.IsIndex() || mediaType.IsSchema1()
}

// platforms are those of a list of manifests. BuildKit lists its attestations
// there, too, for the platform unknown/unknown.
func platforms(index *v1.IndexManifest) []Platform {
	found := []Platform{}
	for _, entry := range index.Manifests {
		if p := entry.Platform; p != nil && p.OS != "" && p.OS != "unknown" {
			found = append(found, Platform{p.OS, p.Architecture, p.Variant})
		}
	}
	return found
}

func newConfig(file v1.Config) Config {
	c := Config{User: file.User, Entrypoint: file.Entrypoint, Cmd: file.Cmd, Labels: file.Labels}
	if h := file.Healthcheck; h != nil {
		c.Healthcheck = &Healthcheck{
			Test: h.Test, Interval: h.Interval, Timeout: h.Timeout,
			StartPeriod: h.StartPeriod, Retries: h.Retries,
		}
	}
	return c
}
