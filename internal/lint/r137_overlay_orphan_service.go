package lint

import (
	"fmt"
	"maps"
	"slices"

	"coopcloud.tech/catalogue/internal/stack"
)

var overlayOrphanService = Rule{
	Code: "R137", Name: "overlay-orphan-service",
	Severity: Error, Confidence: High, Docker: Fails,
	What: "An overlay changes a service that no file defines.",
	Why: "A misspelt or renamed service makes a second, new one, without an image: Docker's loader passes it, the deploy stops " +
		"half-way, and the service that was meant stays as it was.",
	Fix: "Write the service's name as the base file has it, or give the new service an image.",
	Bad: Example{
		{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n"},
		{"compose.smtp.yml", "services:\n  apps:\n    environment:\n      SMTP_HOST: mail\n"},
	},
	Good: Example{
		{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n"},
		{"compose.smtp.yml", "services:\n  app:\n    environment:\n      SMTP_HOST: mail\n"},
	},
	Needs: []Need{NeedsCompose},
	Check: checkOrphanServices,
}

func checkOrphanServices(in *Input) []Finding {
	orphans := in.orphans()
	known := in.serviceKeys(orphans)
	return eachService(func(in *Input, v *Variant, s *stack.Service) []Finding {
		if !orphans[s.Key] || s.Image != "" {
			return nil
		}
		message := fmt.Sprintf("no file defines the service %s", s.Key)
		if len(known) > 0 {
			if near := Nearest(s.Key, known); distance(s.Key, near) <= 2 {
				message += fmt.Sprintf("; did you mean %s?", near)
			}
		}
		return []Finding{{Message: message, Span: in.keySpan(v, "services", s.Key), Evidence: "services." + s.Key}}
	})(in)
}

// orphans are the services that only overlays name and that have no image in any
// variant. That of the base file is R011's.
func (in *Input) orphans() map[string]bool {
	orphans, imaged := map[string]bool{}, map[string]bool{}
	for i := range in.Variants {
		v := &in.Variants[i]
		for _, s := range v.Stack.Services {
			orphans[s.Key] = true
			if s.Image != "" || in.refusedImage(v, "services."+s.Key+".image") {
				imaged[s.Key] = true
			}
		}
	}
	maps.DeleteFunc(orphans, func(key string, _ bool) bool { return imaged[key] || in.inBase(key) })
	return orphans
}

// inBase reports whether the base file names the service.
func (in *Input) inBase(service string) bool {
	key, _ := in.sources[baseFile].lookup("services", service)
	return key != nil
}

// refusedImage says whether the image at the path is written and cannot be read.
func (in *Input) refusedImage(v *Variant, path string) bool {
	paths, known := in.refused[v]
	if !known {
		paths = map[string]bool{}
		for _, d := range v.Stack.Diagnostics {
			if d.Engine == stack.Refuse && d.Code != stack.CodeMissingImage {
				paths[d.Path] = true
			}
		}
		if in.refused == nil {
			in.refused = map[*Variant]map[string]bool{}
		}
		in.refused[v] = paths
	}
	return paths[path]
}

// maxKnown bounds the services that a misspelt one is compared with.
const maxKnown = 100

func (in *Input) serviceKeys(without map[string]bool) []string {
	keys := map[string]bool{}
	for _, v := range in.Variants {
		for _, s := range v.Stack.Services {
			if !without[s.Key] && len(keys) < maxKnown {
				keys[s.Key] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(keys))
}
