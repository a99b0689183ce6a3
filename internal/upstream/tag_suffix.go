package upstream

import (
	"slices"
	"strconv"
	"strings"
)

// stage is how far a pre-release is; the zero value is a release.
type stage struct {
	maturity int // of stages; 0 is a release
	numbers  []number
}

// stages are the words of pre-releases, the least mature first.
var stages = [][]string{
	{},
	{"dev", "devel", "develop", "development", "nightly", "snapshot", "canary", "edge", "unstable"},
	{"alpha", "a"},
	{"beta", "b"},
	{"milestone", "m", "preview", "pre", "prerelease", "ea", "next"},
	{"rc", "cr", "c", "candidate"},
}

// bases are the words before the version of a base image. The numbers behind other
// words are another variant: jdk17 never becomes jdk21 by itself.
var bases = []string{"alpine", "debian", "ubuntu", "ubi", "al", "amazonlinux", "ol", "el", "fedora", "fc", "rocky", "rockylinux", "almalinux", "centos", "photon", "leap"}

type codename struct {
	distribution string
	words        []string
}

// codenames are the releases of distributions that images name by a word, oldest first.
var codenames = []codename{
	{"debian", []string{"wheezy", "jessie", "stretch", "buster", "bullseye", "bookworm", "trixie", "forky", "duke"}},
	{"ubuntu", []string{"precise", "trusty", "xenial", "bionic", "focal", "jammy", "noble"}}, // those of long support
}

// counters are the words before the number of a build.
var counters = []string{"ls", "r", "rev", "p", "patch", "pl", "b", "build", "post", "hotfix", "fix", "update"}

// takeSuffix takes what stands behind the main version.
func (v *version) takeSuffix(fields []field) {
	var suffix strings.Builder
	named := false // the last word may have a number of its own
	for i := 0; i < len(fields); {
		f := fields[i]
		n := numbersAfter(fields[i+1:])
		switch w := strings.ToLower(f.text); {
		case f.kind == commit:
			suffix.WriteString(f.sep + "#")
			named = false
		case f.kind == digits:
			n = numbersAfter(fields[i:]) - 1
			v.takeNumbers(&suffix, fields[i:i+1+n], named)
		case v.stage.maturity == 0 && maturity(w, f, fields[i+1:]) > 0:
			v.stage.maturity = maturity(w, f, fields[i+1:])
			for _, f := range fields[i+1 : i+1+n] {
				v.stage.numbers = append(v.stage.numbers, newNumber(f.text))
			}
			named = false
		case v.takeCodename(&suffix, f, w):
			n, named = 0, false
		case n > 0 && slices.Contains(bases, w):
			suffix.WriteString(f.sep + f.text)
			take(&suffix, fields[i+1:i+1+n], &v.bases)
		case n > 0 && slices.Contains(counters, w):
			suffix.WriteString(f.sep + f.text)
			take(&suffix, fields[i+1:i+1+n], &v.builds)
		default:
			suffix.WriteString(f.sep + f.text)
			named, n = true, 0
		}
		i += 1 + n
	}
	v.suffix = suffix.String()
}

// takeCodename takes a word that stands for the version of a base image.
func (v *version) takeCodename(suffix *strings.Builder, f field, w string) bool {
	for _, c := range codenames {
		if i := slices.Index(c.words, w); i >= 0 {
			suffix.WriteString(f.sep + c.distribution + "?")
			v.bases = append(v.bases, number(strconv.Itoa(i)))
			return true
		}
	}
	return false
}

// numbersAfter counts the fields of a number with its parts.
func numbersAfter(fields []field) int {
	n := 0
	for n < len(fields) && fields[n].kind == digits && (n == 0 || fields[n].sep == ".") {
		n++
	}
	return n
}

// takeNumbers takes a number with its parts. Behind a word it may be a part of the
// word, which names a variant: jdk17, php8.2, arm64. It is the version of something in
// the image where it has three parts, or stands behind a point (clientserver-v0.9.8,
// persist.7), or has parts and no word before it (17-3.5 of PostGIS). A date is the
// build's wherever it stands.
func (v *version) takeNumbers(suffix *strings.Builder, fields []field, named bool) {
	switch {
	case calendar(fields[0].text) != "", !named && len(fields) == 1:
		take(suffix, fields, &v.builds)
	case !named, len(fields) > 2, fields[0].sep == ".":
		take(suffix, fields, &v.bases)
	default:
		suffix.WriteString(join(fields))
	}
}

// take takes a number with its parts for comparing.
func take(suffix *strings.Builder, fields []field, into *[]number) {
	for _, f := range fields {
		suffix.WriteString(f.sep + "?")
		*into = append(*into, newNumber(f.text))
	}
}

// maturity is that of a word; 0 where it says nothing of it. A lone letter is one only
// where it stands between numbers, as in 3.8.0b1, and m as in 8.0.0-M3.
func maturity(w string, f field, next []field) int {
	glued := len(next) > 0 && next[0].kind == digits && next[0].sep == ""
	if len(w) == 1 && (!glued || f.sep != "" && w != "m") {
		return 0
	}
	return max(0, slices.IndexFunc(stages, func(words []string) bool { return slices.Contains(words, w) }))
}
