package upstream

import "strings"

// version is what a tag says, taken apart. Only versions of one family compare.
type version struct {
	text   string
	kind   tagKind
	prefix string   // before the main version: v, RELEASE., version-
	shape  string   // of the main version: how many parts, which separators, which calendar
	points int      // how many numbers the shape has: a date without separators is one
	parts  []number // the main version: 1, 27, 3 of v1.27.3-alpine3.20-ls12
	stage  stage    // of a pre-release
	suffix string   // behind it, with ? for every number that is compared and # for a hash
	bases  []number // of the base images in the suffix: 3, 20
	builds []number // counters and dates in the suffix: 12
}

// tagKind is what can be said of a tag at all.
type tagKind int

const (
	numbered  tagKind = iota // it has a version
	word                     // latest, alpine, stable: it names whatever was pushed last
	hash                     // of a commit: it has no order
	signature                // of another tag: it is no image
)

// maxTag is what the distribution spec allows, in bytes: what is longer is no tag.
const maxTag = 128

// parseTag takes any tag apart. What it does not know it takes for a word, which only
// compares with itself.
func parseTag(tag string) version {
	v := version{text: tag}
	switch {
	case isSignature(tag):
		v.kind = signature
		return v
	case len(tag) > maxTag:
		v.kind = word
		return v
	}
	fields := split(tag)
	main := mainField(fields)
	switch {
	case main >= 0:
		v.prefix = join(fields[:main])
		v.takeSuffix(v.takeMain(fields[main:]))
	case hasHash(fields):
		v.kind = hash
	default:
		v.kind = word
	}
	return v
}

// isSignature reports whether the tag is one that cosign writes beside an image:
// sha256-<64 hex>, with .sig, .att or .sbom.
func isSignature(tag string) bool {
	rest, found := strings.CutPrefix(tag, "sha256-")
	return found && len(rest) >= 64 && isHex(rest[:64]) && (len(rest) == 64 || rest[64] == '.')
}

// mainField is where the main version begins; -1 where there is none. What a tag
// begins with is its version. Behind words it is the first that stands free, and of
// those one with parts before a bare number: temurin-17-tools-deps-1.11.1.
func mainField(fields []field) int {
	first, free := -1, -1
	for i, f := range fields {
		if f.kind != digits || i > 0 && f.sep == "." && fields[i-1].kind == digits {
			continue
		}
		if first < 0 {
			first = i
		}
		lead := i
		if i > 0 && f.sep == "" && isV(fields[i-1].text) {
			lead = i - 1
		}
		switch {
		case lead == 0:
			return i
		case fields[lead].sep == "":
		case hasParts(fields[i:]) || calendar(f.text) != "":
			return i
		case free < 0:
			free = i
		}
	}
	if free >= 0 {
		return free
	}
	return first
}

func isV(text string) bool { return text == "v" || text == "V" }

func hasParts(fields []field) bool {
	return len(fields) > 1 && fields[1].kind == digits && fields[1].sep == "."
}
