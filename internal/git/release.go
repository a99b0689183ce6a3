package git

import (
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"
)

// NewestVersion is the name of the tag with the highest version, such as 1.2.0+3.4;
// "" where there is none.
func NewestVersion(tags []Tag) string {
	var newest *semver.Version
	name := ""
	for _, tag := range tags {
		if v := version(tag.Name); v != nil && (newest == nil || v.GreaterThan(newest)) {
			newest, name = v, tag.Name
		}
	}
	return name
}

// version is the X.Y.Z of X.Y.Z+UPSTREAM; nil for any other name, as that of a date.
// UPSTREAM is an image tag, which may hold what semver refuses.
func version(name string) *semver.Version {
	own, _, _ := strings.Cut(strings.TrimPrefix(name, "v"), "+")
	v, err := semver.StrictNewVersion(own)
	if err != nil {
		return nil
	}
	return v
}

// LastVersion is the newest version, of those that the tags name, from which the
// commit descends; false where there is none.
func (r *Repo) LastVersion(commit string, tags []Tag) (Tag, bool, error) {
	versions := slices.DeleteFunc(slices.Clone(tags), func(tag Tag) bool { return version(tag.Name) == nil })
	found, err := r.Describe(commit, versions)
	if err != nil || len(found) == 0 {
		return Tag{}, false, err
	}
	name := NewestVersion(found)
	return found[slices.IndexFunc(found, func(tag Tag) bool { return tag.Name == name })], true, nil
}
