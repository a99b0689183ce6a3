package stack

import (
	"fmt"

	"github.com/distribution/reference"
)

// Image is a parsed image reference.
type Image struct {
	Raw    string // as interpolated
	Name   string // familiar: no docker.io/, no library/
	Tag    string // "" where there is none
	Digest string
}

// ParseImage parses an interpolated image reference.
func ParseImage(ref string) (Image, error) {
	named, err := reference.ParseNormalizedNamed(ref)
	if err != nil {
		return Image{Raw: ref}, fmt.Errorf("image %q: %w", clip(ref), err)
	}
	image := Image{Raw: ref, Name: reference.FamiliarName(named)}
	if tagged, ok := named.(reference.Tagged); ok {
		image.Tag = tagged.Tag()
	}
	if digested, ok := named.(reference.Digested); ok {
		image.Digest = digested.Digest().String()
	}
	return image, nil
}
