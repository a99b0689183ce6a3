package lint

import (
	"fmt"
	"slices"

	"coopcloud.tech/catalogue/internal/stack"
)

var serviceImage = Rule{
	Code: "R011", Name: "service-image",
	Severity: Error, Confidence: High,
	What: "A service has no image.",
	Why: "Swarm runs images and nothing else: docker stack deploy ignores build: and refuses a service without image:. " +
		"In an overlay this is often a misspelt service name, which adds a service instead of changing one; Docker's loader lets it pass.",
	Fix:   "Set image:, or write the service's name as the base file has it.",
	Bad:   Example{{"compose.yml", "services:\n  app:\n    build: .\n"}},
	Good:  Example{{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n"}},
	Needs: []Need{NeedsCompose},
	Check: checkServiceImages,
}

func checkServiceImages(in *Input) []Finding {
	elsewhere, orphans := in.imagesElsewhere(), in.orphans()
	return eachService(func(in *Input, v *Variant, s *stack.Service) []Finding {
		if s.Image != "" || orphans[s.Key] || in.refusedImage(v, "services."+s.Key+".image") { // R137, or the fault of the image itself
			return nil
		}
		finding := Finding{
			Message:  fmt.Sprintf("service %s has no image", s.Key),
			Span:     in.keySpan(v, "services", s.Key),
			Evidence: "services." + s.Key + ".image",
		}
		if overlay := elsewhere[s.Key]; overlay != "" {
			finding.Severity = Warning
			finding.Message = fmt.Sprintf("service %s has no image unless %s is there too", s.Key, overlay)
			finding.Fix = "Name both overlays in one COMPOSE_FILE line of .env.sample, or set the image here too."
		}
		return []Finding{finding}
	})(in)
}

// imagesElsewhere names for each service the file that gives it an image in
// some variant: an overlay without that file only needs it beside itself. What
// .env.sample's own set lacks is lacking, whatever other overlays have.
func (in *Input) imagesElsewhere() map[string]string {
	files := map[string]string{}
	for _, v := range in.Variants {
		for _, s := range v.Stack.Services {
			if s.Image != "" && files[s.Key] == "" { // .env.sample's own set before others
				files[s.Key] = v.Stack.Span("services", s.Key, "image").File
			}
		}
	}
	for _, v := range in.Variants {
		for _, s := range v.Stack.Services {
			if s.Image == "" && slices.Equal(v.Files, in.set) {
				delete(files, s.Key)
			}
		}
	}
	return files
}
