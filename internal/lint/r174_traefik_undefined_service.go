package lint

import (
	"fmt"
	"slices"
	"strings"
)

var traefikUndefinedService = Rule{
	Code: "R174", Name: "traefik-undefined-service",
	Severity: Error, Confidence: High,
	What: "A router leads to a Traefik service that no label defines, or to one of several without saying which.",
	Why: "Traefik logs that the service does not exist, or that it cannot choose among several, and drops the router: the domain answers 404 " +
		"(tarampampam/error-pages#40). A router without the label takes the only service of its container.",
	Fix: "Write the name of a service that a label traefik.http.services.NAME… defines.",
	Bad: Example{{"compose.yml", routerExample(portLabel +
		"        - \"traefik.http.routers.${STACK_NAME}.service=${STACK_NAME}-web\"\n")}},
	Good: Example{{"compose.yml", routerExample(portLabel +
		"        - \"traefik.http.routers.${STACK_NAME}.service=${STACK_NAME}\"\n")}},
	Needs: []Need{NeedsCompose},
	Check: eachVariant(checkTraefikServices),
}

func checkTraefikServices(_ *Input, v *Variant) []Finding {
	labels := traefikLabels(v)
	return append(undefinedServices(v, labels), ambiguousServices(v, labels)...)
}

func undefinedServices(v *Variant, labels []traefikLabel) []Finding {
	var found []Finding
	for _, l := range labels {
		if l.kind != "routers" || l.option != "service" || !routed(l.service) {
			continue
		}
		if severity, missing := undefined(labels, v, l, "services", l.value); missing {
			router, name := asWritten(v, l.name), asWritten(v, l.value)
			found = append(found, Finding{
				Severity: severity,
				Message:  fmt.Sprintf("router %s leads to the service %s, which no label of this stack defines", router, name),
				Span:     l.span(v),
				Evidence: "services." + l.service.Key + " " + router + " service=" + name,
			})
		}
	}
	return found
}

// ambiguousServices finds routers that say no service where there are several to
// choose from.
func ambiguousServices(v *Variant, labels []traefikLabel) []Finding {
	var found []Finding
	seen := map[string]bool{}
	for _, l := range labels {
		router := l.service.Key + " " + l.protocol + " " + l.name
		if l.kind != "routers" || !routed(l.service) || seen[router] {
			continue
		}
		seen[router] = true
		names := servicesOf(labels, l)
		if len(names) < 2 || saysService(labels, l) {
			continue
		}
		found = append(found, Finding{
			Message:  asWritten(v, fmt.Sprintf("router %s says no service, and its labels define several: %s", l.name, strings.Join(names, ", "))),
			Span:     l.span(v),
			Evidence: asWritten(v, "services."+router+" service"),
		})
	}
	return found
}

// servicesOf are the names that the labels of the router's container define.
func servicesOf(labels []traefikLabel, router traefikLabel) []string {
	var names []string
	for _, l := range labels {
		if l.service == router.service && l.protocol == router.protocol && l.kind == "services" && !slices.Contains(names, l.name) {
			names = append(names, l.name)
		}
	}
	return names
}

func saysService(labels []traefikLabel, router traefikLabel) bool {
	return slices.ContainsFunc(labels, func(l traefikLabel) bool {
		return l.kind == "routers" && l.protocol == router.protocol && l.name == router.name && l.option == "service"
	})
}
