package index

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/internal/git"
)

// maxVersions bounds what is read of one recipe; the newest stay.
const maxVersions = 500

// version is a tag whose name is a version.
type version struct {
	git.Tag
	number *semver.Version // the recipe's own: what stands before the plus
	legacy bool            // not X.Y.Z+UPSTREAM
}

// legacyForm is what older recipes tagged: v1.2, 1.0.0, 2.1.0-alpine. A bare
// number is none: it could be a date or a build.
var legacyForm = regexp.MustCompile(`^(v\d|\d+\.\d)[0-9A-Za-z._+-]{0,200}$`)

// parseVersion reads a tag's name as a version.
func parseVersion(tag git.Tag) (version, bool) {
	own, _, _ := strings.Cut(tag.Name, "+")
	number, err := semver.NewVersion(own)
	if err != nil || !legacyForm.MatchString(tag.Name) {
		return version{}, false
	}
	return version{Tag: tag, number: number, legacy: !catalogue.IsVersion(tag.Name)}, true
}

// selectVersions sorts the versions among tags, oldest first: by the recipe's
// own number, then by date, then by name. Other tags become a problem.
func selectVersions(tags []git.Tag) (versions []version, problems []catalogue.Problem) {
	var others []string
	for _, tag := range tags {
		if v, ok := parseVersion(tag); ok {
			versions = append(versions, v)
		} else {
			others = append(others, tag.Name)
		}
	}
	slices.SortFunc(versions, func(a, b version) int {
		return cmp.Or(a.number.Compare(b.number), a.Date.Compare(b.Date), cmp.Compare(a.Name, b.Name))
	})
	if len(others) > 0 {
		problems = append(problems, problemf("tags", "left out, for no version (X.Y.Z+UPSTREAM): %s", some(others)))
	}
	if over := len(versions) - maxVersions; over > 0 {
		versions = versions[over:]
		problems = append(problems, problemf("tags", "only the newest %d versions are read; %d older ones are left out", maxVersions, over))
	}
	return versions, problems
}

// some lists a few names.
func some(names []string) string {
	const few = 5
	if len(names) <= few {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:few], ", ") + ", …"
}
