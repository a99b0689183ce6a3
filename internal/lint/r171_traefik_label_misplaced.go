package lint

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/stack"
)

var traefikLabelMisplaced = Rule{
	Code: "R171", Name: "traefik-label-misplaced",
	Severity: Error, Confidence: High,
	What: "A Traefik label stands under labels, where Traefik on Swarm does not look.",
	Why: "On Swarm Traefik reads the labels of services, which stand under deploy.labels. Those under labels go to the containers: the route, " +
		"the middleware or the password protection that they describe does not exist (traefik/traefik#1169). " +
		"Where traefik.enable itself is misplaced and nothing is routed, R010 says so.",
	Fix:   "Move the label to deploy.labels.",
	Bad:   Example{{"compose.yml", misplacedExample("    labels:\n      - traefik.http.middlewares.auth.basicauth.usersfile=/run/secrets/users\n")}},
	Good:  Example{{"compose.yml", misplacedExample("        - traefik.http.middlewares.auth.basicauth.usersfile=/run/secrets/users\n")}},
	Needs: []Need{NeedsCompose},
	Check: eachVariant(checkTraefikMisplaced),
}

func misplacedExample(more string) string {
	return "services:\n  app:\n    image: nginx:1.27.3\n    deploy:\n      labels:\n        - traefik.enable=true\n" + more
}

func checkTraefikMisplaced(in *Input, v *Variant) []Finding {
	if in.lacks(NeedsDomain) == "" && slices.ContainsFunc(checkTraefikEnabled(in, v), isMisplaced) {
		return nil
	}
	var found []Finding
	for _, s := range v.Stack.Services {
		labels := misplacedLabels(s)
		if len(labels) == 0 {
			continue
		}
		found = append(found, Finding{
			Message:  fmt.Sprintf("service %s has %s under labels, where Traefik on Swarm does not look", s.Key, someLabels(labels)),
			Span:     v.Stack.Span("services", s.Key, "labels", labels[0]),
			Repairs:  in.moveLabels(v, s, labels),
			Evidence: "services." + s.Key + ".labels",
		})
	}
	return found
}

// isMisplaced reports whether R010 found the reason under labels.
func isMisplaced(f Finding) bool { return strings.HasSuffix(f.Evidence, misplacedEvidence) }

// misplacedLabels are the Traefik labels of the containers that the service does
// not have as well: some write both, for docker compose and for Swarm.
func misplacedLabels(s *stack.Service) []string {
	var labels []string
	for _, key := range slices.Sorted(maps.Keys(s.Labels)) {
		if _, both := s.Deploy.Labels[key]; !both && strings.HasPrefix(strings.ToLower(key), "traefik.") {
			labels = append(labels, key)
		}
	}
	return labels
}

func someLabels(labels []string) string {
	if len(labels) == 1 {
		return labels[0]
	}
	return fmt.Sprintf("%d Traefik labels", len(labels))
}
