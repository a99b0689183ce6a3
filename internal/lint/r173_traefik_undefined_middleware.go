package lint

import (
	"fmt"
	"strings"
)

var traefikUndefinedMiddleware = Rule{
	Code: "R173", Name: "traefik-undefined-middleware",
	Severity: Error, Confidence: High,
	What: "A router or a chain uses a middleware that no label defines.",
	Why: "Traefik then drops the whole router, and the domain answers 404 (thomseddon/traefik-forward-auth#296). Often the name was changed in one of two labels, or stands in " +
		"those of a service without traefik.enable=true, which Traefik does not read. " +
		"What has a provider such as @file is defined elsewhere and is not judged; a name that does not start with the stack's may stand in the labels " +
		"of another stack, so that it is a warning.",
	Fix: "Define the middleware in deploy.labels, correct its name, or say with @ which provider has it.",
	Bad: Example{{"compose.yml", routerExample(portLabel +
		"        - \"traefik.http.routers.${STACK_NAME}.middlewares=${STACK_NAME}-redirect\"\n" +
		"        - \"traefik.http.middlewares.${STACK_NAME}-redir.redirectscheme.scheme=https\"\n")}},
	Good: Example{{"compose.yml", routerExample(portLabel +
		"        - \"traefik.http.routers.${STACK_NAME}.middlewares=${STACK_NAME}-redirect,security@file\"\n" +
		"        - \"traefik.http.middlewares.${STACK_NAME}-redirect.redirectscheme.scheme=https\"\n")}},
	Needs: []Need{NeedsCompose},
	Check: eachVariant(checkTraefikMiddlewares),
}

func checkTraefikMiddlewares(_ *Input, v *Variant) []Finding {
	var found []Finding
	routing := routingOf(v)
	for _, l := range routing.labels {
		if !l.usesMiddlewares() || !routed(l.service) {
			continue
		}
		for name := range strings.SplitSeq(l.value, ",") {
			if severity, missing := routing.undefined(v, l, "middlewares", name); missing {
				router, name := asWritten(v, l.name), asWritten(v, strings.TrimSpace(name))
				found = append(found, Finding{
					Severity: severity,
					Message:  fmt.Sprintf("%s %s uses the middleware %s, which no label of this stack defines", strings.TrimSuffix(l.kind, "s"), router, name),
					Span:     l.span(v),
					Evidence: "services." + l.service.Key + " " + router + " middleware=" + name,
				})
			}
		}
	}
	return found
}

// usesMiddlewares reports whether the label is a router's list of middlewares, or
// that of a chain, which breaks the routers that use it.
func (l traefikLabel) usesMiddlewares() bool {
	return l.kind == "routers" && l.option == "middlewares" || l.kind == "middlewares" && l.option == "chain.middlewares"
}
