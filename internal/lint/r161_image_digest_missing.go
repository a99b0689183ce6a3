package lint

import (
	"fmt"

	"coopcloud.tech/catalogue/internal/stack"
)

var imageDigestMissing = Rule{
	Code: "R161", Name: "image-digest-missing",
	Severity: Info, Confidence: High,
	What: "An image is named by its tag alone, and that tag has moved since it was recorded.",
	Why: "Half of all public compose files name no digest (49%, compose-lint), and in a recipe that is right as long as the tag stays put: " +
		"abra's recipe upgrade refuses a tag together with a digest, and the digest is resolved and kept at the deploy. " +
		"So this rule does not ask for digests everywhere. It speaks only where the registry shows that the tag now names other bytes " +
		"than those that were recorded for it: an upstream that rebuilds its tags.",
	Fix: "Take a tag that upstream does not move, or release a new version of the recipe so that operators see the change.",
	Bad: Example{
		{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n"},
		{"images", "nginx:1.27.3 digest=sha256:2222 recorded=sha256:1111\n"},
	},
	Good: Example{
		{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n"},
		{"images", "nginx:1.27.3 digest=sha256:1111 recorded=sha256:1111\n"},
	},
	Needs: []Need{NeedsCompose, NeedsImages, NeedsRecorded},
	Check: eachService(checkImageDigestMissing),
}

func checkImageDigestMissing(in *Input, v *Variant, s *stack.Service) []Finding {
	image, ok := parseImage(s)
	fact := in.Facts.Images[s.Image]
	if !ok || image.Digest != "" || fact.Digest == "" || fact.Recorded == "" || fact.Digest == fact.Recorded {
		return nil
	}
	return []Finding{imageFinding(v, s, fmt.Sprintf("the tag %s of image %s now names %s; it was %s", image.Tag, image.Name, fact.Digest, fact.Recorded))}
}
