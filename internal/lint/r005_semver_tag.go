package lint

import (
	"fmt"
	"regexp"

	"coopcloud.tech/catalogue/internal/stack"
)

var semverTag = Rule{
	Code: "R005", Name: "semver-tag",
	Severity: Warning, Confidence: Medium,
	What: "An image tag does not look like a version that can be compared.",
	Why: "abra compares tags as one to three numbers with an optional v and suffix (5, 2.6, v4.3.5, 6.2.1-alpine) and rejects " +
		"the rest: four numbers, dates without dots, commits, words. It cannot offer upgrades for such an image.",
	Fix:   "Use a tag of the form 1, 1.2 or 1.2.3, with a suffix where the image has variants, if the image has one.",
	Bad:   Example{{"compose.yml", "services:\n  app:\n    image: minio/minio:RELEASE.2025-01-20T14-49-07Z\n"}},
	Good:  Example{{"compose.yml", "services:\n  app:\n    image: postgres:17.2-alpine\n"}},
	Needs: []Need{NeedsCompose},
	Check: eachService(checkSemverTag),
}

var (
	comparable = regexp.MustCompile(`^[vV]?[0-9]+(\.[0-9]+){0,2}([-+_][0-9A-Za-z].*|[A-Za-z].*)?$`)
	// tagcmp takes a word of 7 to 40 hex digits for a commit: 20191109 too.
	commitLike = regexp.MustCompile(`^[a-f0-9]{7,40}$`)
)

func checkSemverTag(_ *Input, v *Variant, s *stack.Service) []Finding {
	image, ok := parseImage(s)
	if !ok || image.Tag == "" || image.Digest == "" && moves(image.Tag) {
		return nil
	}
	if comparable.MatchString(image.Tag) && !commitLike.MatchString(image.Tag) {
		return nil
	}
	return []Finding{imageFinding(v, s, fmt.Sprintf("image %s has the tag %s, which cannot be compared with other versions", image.Name, image.Tag))}
}
