package lint

import (
	"fmt"

	"coopcloud.tech/catalogue/internal/stack"
)

var imageTag = Rule{
	Code: "R003", Name: "image-tag",
	Severity: Warning, Confidence: High,
	What: "An image has no tag.",
	Why: "Without a tag Docker takes latest: each deploy may bring another version, no two operators run the same app, " +
		"and no tool can offer an upgrade. A digest alone pins, but hides which version it is. " +
		"In a corpus of 5,417 public compose files, 46% had an image that can change under their feet (compose-lint).",
	Fix:   "Name the version: image: NAME:TAG.",
	Bad:   Example{{"compose.yml", "services:\n  app:\n    image: nginx\n"}},
	Good:  Example{{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n"}},
	Needs: []Need{NeedsCompose},
	Check: eachService(checkImageTag),
}

func checkImageTag(in *Input, v *Variant, s *stack.Service) []Finding {
	image, ok := parseImage(s)
	if !ok || image.Tag != "" {
		return nil
	}
	message := fmt.Sprintf("image %s has no tag, so Docker takes latest", image.Raw)
	if image.Digest != "" {
		message = fmt.Sprintf("image %s has a digest but no tag: nobody can see which version it is", image.Raw)
	}
	return []Finding{imageFinding(v, s, message)}
}

// imageFinding is about the image of a service, where it is written.
func imageFinding(v *Variant, s *stack.Service, message string) Finding {
	return Finding{
		Message:  message,
		Span:     v.Stack.Span("services", s.Key, "image"),
		Evidence: "services." + s.Key + ".image=" + s.Image,
	}
}

// parseImage leaves out what has no image (R011) or a broken one (R103).
func parseImage(s *stack.Service) (stack.Image, bool) {
	if s.Image == "" {
		return stack.Image{}, false
	}
	image, err := stack.ParseImage(s.Image)
	return image, err == nil
}
