package lint

import (
	"fmt"
	"regexp"

	"coopcloud.tech/catalogue/internal/stack"
)

var imageMutable = Rule{
	Code: "R160", Name: "image-mutable",
	Severity: Warning, Confidence: Medium,
	What: "An image tag names a major version alone.",
	Why: "postgres:16 is another image every few weeks: two operators of one recipe version run different software, a restart on another node " +
		"may upgrade, a rollback brings back whatever the tag means by then, and no tool sees that there is anything to upgrade. " +
		"In a corpus of 5,417 public compose files, 46% had an image that can change under their feet (compose-lint). " +
		"Tags without a version are R003 and R004.",
	Fix:   "Name the full version, as in postgres:16.6 or postgres:16.6-alpine.",
	Bad:   Example{{"compose.yml", "services:\n  app:\n    image: postgres:16-alpine\n"}},
	Good:  Example{{"compose.yml", "services:\n  app:\n    image: postgres:16.6-alpine\n"}},
	Needs: []Need{NeedsCompose},
	Check: eachService(checkImageMutable),
}

var (
	// A number of four digits is a year or a build, which does not move.
	majorTag = regexp.MustCompile(`^[vV]?[0-9]{1,3}(-[A-Za-z].*)?$`)
	// linuxserver.io, Debian and others count builds of one version.
	buildSuffix = regexp.MustCompile(`-(ls|r|b|build)[.-]?[0-9]+$`)
)

func checkImageMutable(_ *Input, v *Variant, s *stack.Service) []Finding {
	image, ok := parseImage(s)
	if !ok || image.Digest != "" || moves(image.Tag) || !majorTag.MatchString(image.Tag) || buildSuffix.MatchString(image.Tag) {
		return nil
	}
	return []Finding{imageFinding(v, s, fmt.Sprintf("image %s has the tag %s, which moves with every release of that major version", image.Name, image.Tag))}
}
