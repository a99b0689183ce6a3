package git

import (
	"slices"

	"github.com/Masterminds/semver/v3"
)

// NewestVersion is the name of the tag with the highest version, such as 1.2.0+3.4;
// "" where there is none.
func NewestVersion(tags []Tag) string {
	var newest *semver.Version
	for _, tag := range tags {
		version, err := semver.NewVersion(tag.Name)
		if err == nil && (newest == nil || version.GreaterThan(newest)) {
			newest = version
		}
	}
	if newest == nil {
		return ""
	}
	return newest.Original()
}

// LastVersion is the newest version, of those that the tags name, from which the
// commit descends; false where there is none.
func (r *Repo) LastVersion(commit string, tags []Tag) (Tag, bool, error) {
	versions := slices.DeleteFunc(slices.Clone(tags), func(tag Tag) bool { return NewestVersion([]Tag{tag}) == "" })
	found, err := r.Describe(commit, versions)
	if err != nil || len(found) == 0 {
		return Tag{}, false, err
	}
	name := NewestVersion(found)
	return found[slices.IndexFunc(found, func(tag Tag) bool { return tag.Name == name })], true, nil
}
