package lint

import (
	"fmt"
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
	return eachService(func(in *Input, v *Variant, s *stack.Service) []Finding {
		if !orphans[s.Key] || s.Image != "" {
			return nil
		}
		message := fmt.Sprintf("no file defines the service %s", s.Key)
		if known := in.serviceKeys(orphans); len(known) > 0 {
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
	orphans := map[string]bool{}
	for _, v := range in.Variants {
		for _, s := range v.Stack.Services {
			if key, _ := find(in.compose(baseFile).Root, []string{"services", s.Key}); key == nil {
				orphans[s.Key] = true
			}
		}
	}
	for _, v := range in.Variants {
		for _, s := range v.Stack.Services {
			if s.Image != "" || in.refusedImage(&v, "services."+s.Key+".image") {
				delete(orphans, s.Key)
			}
		}
	}
	return orphans
}

// refusedImage says whether the image at the path is written and cannot be read.
func (in *Input) refusedImage(v *Variant, path string) bool {
	return slices.ContainsFunc(v.Stack.Diagnostics, func(d stack.Diagnostic) bool {
		return d.Path == path && d.Engine == stack.Refuse && d.Code != stack.CodeMissingImage
	})
}

func (in *Input) serviceKeys(without map[string]bool) []string {
	var keys []string
	for _, v := range in.Variants {
		for _, s := range v.Stack.Services {
			if !without[s.Key] && !slices.Contains(keys, s.Key) {
				keys = append(keys, s.Key)
			}
		}
	}
	return keys
}
