package lint

import (
	"cmp"

	"coopcloud.tech/catalogue/internal/recipe"
)

// Tag is one git tag of the recipe's repo.
type Tag struct {
	Name      string
	Annotated bool
}

// Release is the recipe as it was released.
type Release struct {
	Version string // the tag's name
	Recipe  *recipe.Recipe
}

// ImageFact is what a registry says of one image. What is not known is empty.
type ImageFact struct {
	Missing  bool     // it has no such image or tag
	Digest   string   // what the tag names now
	Recorded string   // what it named when this version of the recipe was recorded
	Programs []string // names that its PATH leads to, and absolute paths that healthchecks name; nil where they are not known
	Shell    string   // that its CMD-SHELL starts; "" is /bin/sh
}

func (f Facts) anyImage(is func(ImageFact) bool) bool {
	for _, image := range f.Images {
		if is(image) {
			return true
		}
	}
	return false
}

// lacksPrograms says why nothing is known of any image whose healthcheck starts a
// program; where there is no such image, nothing need be known.
func (in *Input) lacksPrograms() string {
	probed := in.Probed()
	for image := range probed {
		if in.Facts.Images[image].Programs != nil {
			return ""
		}
	}
	switch {
	case len(probed) == 0:
		return ""
	case in.Facts.Images == nil:
		return cmp.Or(in.Facts.Unknown[NeedsPrograms], notAsked)
	}
	return cmp.Or(in.Facts.Unknown[NeedsPrograms], "which programs the images hold is not known")
}

const notAsked = "no registry was asked"

// lacksPrevious says why there is nothing to compare with.
func (f Facts) lacksPrevious() string {
	switch {
	case f.Previous != nil:
		return ""
	case f.Unknown[NeedsPrevious] != "":
		return f.Unknown[NeedsPrevious]
	case f.Shallow:
		return "a shallow clone, which may hide the last release (git fetch --unshallow --tags)"
	case f.Tags == nil:
		return f.lacksTags()
	}
	return "no release tag stands before this commit"
}

func (f Facts) lacksTags() string {
	if f.Tags != nil {
		return ""
	}
	return cmp.Or(f.Unknown[NeedsTags], noTags)
}

const noTags = "no git tags of this recipe: no repository of its own, or a clone without tags (git fetch --tags)"
