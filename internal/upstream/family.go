package upstream

import (
	"slices"
	"strings"
)

// Reason codes of a candidate. One that is newer has its step for a reason.
const (
	reasonOlder      = "older"
	reasonSame       = "same"       // version; another hash, or other zeros
	reasonSignature  = "signature"  // of another tag
	reasonHash       = "hash"       // of a commit, or beside one: no order
	reasonRolling    = "rolling"    // a word: it names whatever was pushed last
	reasonPrefix     = "prefix"     // another one, or a v more or less
	reasonPrecision  = "precision"  // more or fewer parts
	reasonScheme     = "scheme"     // a calendar beside counted versions, or another calendar
	reasonVariant    = "variant"    // another suffix
	reasonPreRelease = "prerelease" // less mature than the current one
	reasonNotLTS     = "not-lts"    // the current one is supported for long
	reasonRetired    = "retired"    // its scheme: see docs/upstream.md
	reasonYoung      = "young"      // younger than the minimum age
	reasonNoDate     = "no-date"    // so that its age cannot be told
	reasonShared     = "shared"     // its digest is a pre-release's
	reasonSameImage  = "same-image" // its digest is the current one's
	reasonReset      = "reset"      // lower, but pushed later: the counter began again
)

// stranger is why two tags cannot be compared; "" where they can.
func stranger(current, other version) string {
	switch {
	case other.kind == signature:
		return reasonSignature
	case other.kind == hash || current.kind == hash:
		return reasonHash
	case other.kind == word || current.kind == word:
		return reasonRolling
	case other.prefix != current.prefix:
		return reasonPrefix
	case other.points != current.points:
		return reasonPrecision
	case other.shape != current.shape:
		return reasonScheme
	case other.stage.maturity != 0 && other.stage.maturity < current.stage.maturity, other.stage.maturity != 0 && current.stage.maturity == 0:
		return reasonPreRelease
	case other.suffix != current.suffix:
		return reasonVariant
	}
	return ""
}

// cousin is what alone keeps a newer release out of the family; "" where more does, or
// where it is not newer. Some projects change their mind about the v, and some about
// how many parts a version has.
func cousin(current, other version) string {
	bare := func(prefix string) string { return strings.TrimSuffix(prefix, "v") }
	switch {
	case other.kind != numbered, other.suffix != current.suffix, other.stage.maturity != 0:
		return ""
	case other.shape == current.shape && other.prefix != current.prefix && bare(other.prefix) == bare(current.prefix) && compare(other, current) > 0:
		return "its v"
	case stranger(current, other) == reasonPrecision && other.parts[0].compare(current.parts[0]) > 0:
		return "the number of its parts"
	}
	return ""
}

// compare orders two tags of a family: by the main version, then the maturity, then the
// base images, then the builds.
func compare(a, b version) int {
	if c := compareNumbers(a.parts, b.parts); c != 0 {
		return c
	}
	if c := compareStages(a.stage, b.stage); c != 0 {
		return c
	}
	if c := compareNumbers(a.bases, b.bases); c != 0 {
		return c
	}
	return compareNumbers(a.builds, b.builds)
}

func compareNumbers(a, b []number) int { return slices.CompareFunc(a, b, number.compare) }

// compareStages puts a release behind all that came before it.
func compareStages(a, b stage) int {
	switch {
	case a.maturity == b.maturity:
		return compareNumbers(a.numbers, b.numbers)
	case a.maturity == 0:
		return 1
	case b.maturity == 0:
		return -1
	}
	return a.maturity - b.maturity
}

// stepTo is the step from one tag of a family to a newer one: the first difference
// decides.
func stepTo(from, to version) Step {
	for i := range from.parts {
		if from.parts[i] != to.parts[i] {
			return []Step{Major, Minor, Patch}[min(i, 2)]
		}
	}
	switch {
	case compareStages(from.stage, to.stage) != 0:
		return Patch
	case compareNumbers(from.bases, to.bases) != 0:
		return Base
	}
	return Rebuild
}
