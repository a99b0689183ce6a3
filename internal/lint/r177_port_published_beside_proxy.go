package lint

import (
	"fmt"
	"strconv"

	"coopcloud.tech/catalogue/internal/stack"
)

var portPublishedBesideProxy = Rule{
	Code: "R177", Name: "port-published-beside-proxy",
	Severity: Warning, Confidence: High,
	What: "The port that Traefik routes to is published as well.",
	Why: "A published port is open to everybody on every node of the swarm, past Traefik: without TLS, without its middlewares and their passwords, " +
		"and past most host firewalls. It also takes the port from every other app of the server. Recipes publish only what is not HTTP.",
	Fix:   "Remove the port from ports; Traefik reaches the service over the network.",
	Bad:   Example{{"compose.yml", publishedExample("    ports:\n      - \"8080:80\"\n")}},
	Good:  Example{{"compose.yml", publishedExample("")}},
	Needs: []Need{NeedsCompose},
	Check: eachService(checkPublishedBesideProxy),
}

func publishedExample(ports string) string {
	return "services:\n  app:\n    image: nginx:1.27.3\n" + ports + "    networks: [proxy]\n    deploy:\n      labels:\n" +
		"        - \"traefik.enable=true\"\n" + portLabel + "networks:\n  proxy:\n    external: true\n"
}

func checkPublishedBesideProxy(in *Input, v *Variant, s *stack.Service) []Finding {
	if !routed(s) {
		return nil
	}
	var found []Finding
	for i, port := range s.Ports {
		if !routesTo(s, port) {
			continue
		}
		span := v.Stack.Span("services", s.Key, "ports", strconv.Itoa(i))
		found = append(found, Finding{
			Message:  fmt.Sprintf("service %s publishes its port %d, to which Traefik routes already", s.Key, port.Target),
			Span:     span,
			Repairs:  in.removeItem("Publish it no more", false, span),
			Evidence: fmt.Sprintf("services.%s.ports %d/%s", s.Key, port.Target, port.Protocol),
		})
	}
	return found
}

func routesTo(s *stack.Service, port stack.Port) bool {
	for _, l := range labelsOf(s) {
		if l.protocol == "http" && saysPort(l) && l.value == strconv.Itoa(int(port.Target)) && port.Protocol == "tcp" {
			return true
		}
	}
	return false
}
