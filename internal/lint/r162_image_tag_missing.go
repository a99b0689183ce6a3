package lint

import (
	"fmt"

	"coopcloud.tech/catalogue/internal/stack"
)

var imageTagMissing = Rule{
	Code: "R162", Name: "image-tag-missing",
	Severity: Error, Confidence: High,
	What: "The registry has no such image or tag.",
	Why: "Images disappear: in 2025 the versioned tags of docker.io/bitnami went away (bitnami/containers#83267), and recipes have named " +
		"tags that were never published (bonfire-networks/bonfire-app#1875). A node that has the image cached goes on, every new node and every new app fails.",
	Fix: "Name a tag that the registry has, or another image.",
	Bad: Example{
		{"compose.yml", "services:\n  app:\n    image: bitnami/redis:7.2.4\n"},
		{"images", "bitnami/redis:7.2.4 missing\n"},
	},
	Good: Example{
		{"compose.yml", "services:\n  app:\n    image: redis:7.4.1\n"},
		{"images", "redis:7.4.1 digest=sha256:1111\n"},
	},
	Needs: []Need{NeedsCompose, NeedsImages},
	Check: eachService(checkImageTagMissing),
}

func checkImageTagMissing(in *Input, v *Variant, s *stack.Service) []Finding {
	if !in.Facts.Images[s.Image].Missing {
		return nil
	}
	return []Finding{imageFinding(v, s, fmt.Sprintf("the registry has no image %s", s.Image))}
}
