package lint

import (
	"fmt"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/stack"
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
	routing := routingOf(v)
	return append(undefinedServices(v, routing), ambiguousServices(v, routing.labels)...)
}

func undefinedServices(v *Variant, routing routing) []Finding {
	var found []Finding
	for _, l := range routing.labels {
		if l.kind != "routers" || l.option != "service" || !routed(l.service) {
			continue
		}
		if severity, missing := routing.undefined(v, l, "services", l.value); missing {
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
// choose from: those that the labels of the same container define.
func ambiguousServices(v *Variant, labels []traefikLabel) []Finding {
	names, told := map[container][]string{}, map[traefikThing]bool{}
	for _, l := range labels {
		in := container{l.service, l.protocol}
		if l.kind == "services" && !slices.Contains(names[in], l.name) && len(names[in]) < 4 {
			names[in] = append(names[in], l.name)
		}
		if l.kind == "routers" && l.option == "service" {
			told[l.thing()] = true
		}
	}
	var found []Finding
	for _, l := range labels {
		several := names[container{l.service, l.protocol}]
		if l.kind != "routers" || !routed(l.service) || told[l.thing()] || len(several) < 2 {
			continue
		}
		told[l.thing()] = true // once
		found = append(found, Finding{
			Message:  asWritten(v, fmt.Sprintf("router %s says no service, and its labels define several: %s", l.name, strings.Join(several, ", "))),
			Span:     l.span(v),
			Evidence: asWritten(v, "services."+l.service.Key+" "+l.protocol+" "+l.name+" service"),
		})
	}
	return found
}

// container is one side of what Traefik sees of a service.
type container struct {
	service  *stack.Service
	protocol string
}
