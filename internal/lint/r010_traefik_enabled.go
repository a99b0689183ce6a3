package lint

import (
	"fmt"
	"strings"

	"coopcloud.tech/catalogue/internal/stack"
)

var traefikEnabled = Rule{
	Code: "R010", Name: "traefik-enabled",
	Severity: Error, Confidence: High,
	What: "The app has a DOMAIN, but no service says traefik.enable=true to the proxy.",
	Why: "Co-op Cloud's Traefik routes only to services with this label, and on Swarm it reads service labels (deploy.labels) alone: " +
		"under labels: it is never seen, and the domain answers 404 (traefik/traefik#1169).",
	Fix: `Add "traefik.enable=true" to deploy.labels of the service that answers for the domain.`,
	Bad: Example{
		{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n    labels:\n      - traefik.enable=true\n"},
		{".env.sample", "TYPE=site\nDOMAIN=site.example.com\n"},
	},
	Good: Example{
		{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n    deploy:\n      labels:\n        - traefik.enable=true\n"},
		{".env.sample", "TYPE=site\nDOMAIN=site.example.com\n"},
	},
	Needs: []Need{NeedsCompose, NeedsDomain},
	Check: eachVariant(checkTraefikEnabled),
}

const enableLabel = "traefik.enable"

func checkTraefikEnabled(in *Input, v *Variant) []Finding {
	finding := Finding{
		Message:  "no service has the deploy label traefik.enable=true, though .env.sample has a DOMAIN",
		Span:     in.keySpan(v, "services", "app"),
		Evidence: enableLabel,
	}
	for _, s := range v.Stack.Services {
		key, misplaced := enableKey(s.Deploy.Labels), enableKey(s.Labels)
		switch value, said := s.Deploy.Labels[key]; {
		case isTrue(value):
			return nil
		case said:
			finding.Message = fmt.Sprintf("service %s says traefik.enable=%s, and no other service is routed", s.Key, value)
			finding.Span = v.Stack.Span("services", s.Key, "deploy", "labels", key)
		case isTrue(s.Labels[misplaced]):
			in.misplaced(&finding, v, s, misplaced)
		}
	}
	return []Finding{finding}
}

// misplacedEvidence tells R171 that this rule says it.
const misplacedEvidence = " under labels"

func (in *Input) misplaced(finding *Finding, v *Variant, s *stack.Service, key string) {
	finding.Message = fmt.Sprintf("service %s has traefik.enable under labels, where Traefik on Swarm does not look", s.Key)
	finding.Fix = "Move the Traefik labels to deploy.labels."
	finding.Span = v.Stack.Span("services", s.Key, "labels", key)
	finding.Repairs = in.moveLabels(v, s, misplacedLabels(s))
	finding.Evidence = enableLabel + misplacedEvidence
}

func isTrue(value string) bool { return strings.EqualFold(value, "true") || value == "1" }
