package lint

import "coopcloud.tech/catalogue/internal/recipe"

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
	Programs []string // the names of the programs in its PATH; nil where they are not known
}

func (f Facts) anyImage(is func(ImageFact) bool) bool {
	for _, image := range f.Images {
		if is(image) {
			return true
		}
	}
	return false
}

// lacksPrevious says why there is nothing to compare with.
func (f Facts) lacksPrevious() string {
	switch {
	case f.Previous != nil:
		return ""
	case f.Shallow:
		return "a shallow clone, which may hide the last release (git fetch --unshallow --tags)"
	case f.Tags == nil:
		return noTags
	}
	return "no release tag stands before this commit"
}

const noTags = "no git tags of this recipe: no repository of its own, or a clone without tags (git fetch --tags)"
