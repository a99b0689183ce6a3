package lint

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/stack"
)

var traefikPortMissing = Rule{
	Code: "R172", Name: "traefik-port-missing",
	Severity: Error, Confidence: High,
	What: "Traefik is to route to a service, and no label says to which port.",
	Why: "Outside Swarm Traefik finds the port that an image exposes; Swarm does not tell it. Without the label it logs \"port is missing\" and skips the " +
		"service with all its routers (traefik/traefik#5732). Even a router to api@internal needs one, any number will do.",
	Fix:   "Add the deploy label traefik.http.services.${STACK_NAME}.loadbalancer.server.port=PORT.",
	Bad:   Example{{"compose.yml", routerExample("")}},
	Good:  Example{{"compose.yml", routerExample(portLabel)}},
	Needs: []Need{NeedsCompose},
	Check: eachService(checkTraefikPort),
}

func checkTraefikPort(_ *Input, v *Variant, s *stack.Service) []Finding {
	if !routed(s) || slices.ContainsFunc(labelsOf(s), saysPort) {
		return nil
	}
	message := fmt.Sprintf("Traefik is to route to service %s, but no deploy label says loadbalancer.server.port", s.Key)
	if slices.ContainsFunc(slices.Collect(maps.Keys(s.Deploy.Labels)), isTraefik1) {
		message = fmt.Sprintf("service %s has labels of Traefik 1, which no later one reads: none of them says loadbalancer.server.port", s.Key)
	}
	return []Finding{{
		Severity: wanted(s),
		Message:  message,
		Span:     v.Stack.Span("services", s.Key, "deploy", "labels", enableKey(s.Deploy.Labels)),
		Evidence: "services." + s.Key + ".loadbalancer.server.port",
	}}
}

func isTraefik1(label string) bool {
	return label == "traefik.port" || strings.HasPrefix(label, "traefik.frontend.")
}

func saysPort(l traefikLabel) bool {
	option := strings.ReplaceAll(l.option, "[0]", "")
	return l.kind == "services" && strings.TrimSpace(l.value) != "" && (option == "loadbalancer.server.port" || option == "loadbalancer.server.url" || option == "loadbalancer.servers.port")
}
