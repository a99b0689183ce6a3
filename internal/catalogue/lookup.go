package catalogue

import (
	"regexp"
	"strings"
)

// versionForm is X.Y.Z+UPSTREAM with an optional pre-release before the plus.
// The upstream part is an image tag, so it may hold what semver's build
// metadata may not, such as "_".
var versionForm = regexp.MustCompile(`^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?\+[0-9A-Za-z][0-9A-Za-z._+-]*$`)

// IsVersion reports whether s has the form X.Y.Z+UPSTREAM. Any other tag of a
// recipe is a legacy version.
func IsVersion(s string) bool { return versionForm.MatchString(s) }

// Recipe returns the recipe of that name.
func (c *Catalogue) Recipe(name string) (Recipe, bool) {
	for _, r := range c.Recipes {
		if r.Name == name {
			return r, true
		}
	}
	return Recipe{}, false
}

// Version returns the version that is tagged exactly v.
func (r Recipe) Version(v string) (Version, bool) {
	for _, version := range r.Versions {
		if version.Version == v {
			return version, true
		}
	}
	return Version{}, false
}

// Latest returns the version that a new app gets: the last one that is neither
// legacy nor a pre-release, else the last pre-release. A recipe that has only
// legacy versions has no latest one.
func (r Recipe) Latest() (Version, bool) {
	var found Version
	var ok bool
	for _, v := range r.Versions {
		if v.Legacy || ok && v.PreRelease() && !found.PreRelease() {
			continue
		}
		found, ok = v, true
	}
	return found, ok
}

// PreRelease reports whether the recipe's own version, the part before the
// plus, is a pre-release: 1.0.0-rc1+2.3 is one, 1.0.0+2.3-alpine is none.
func (v Version) PreRelease() bool {
	own, _, _ := strings.Cut(v.Version, "+")
	return strings.Contains(own, "-")
}
