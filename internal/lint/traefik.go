package lint

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

// traefikLabel is one label that configures Traefik's HTTP, TCP or UDP side.
// Traefik reads them in any case.
type traefikLabel struct {
	key      string // as in the stack
	protocol string // http
	kind     string // routers
	name     string
	option   string // rule
	value    string
	service  *stack.Service
}

var traefikKey = regexp.MustCompile(`^traefik\.(http|tcp|udp)\.(routers|services|middlewares)\.([^.]+)\.(.+)$`)

// traefikLabels are the labels of the variant that Traefik reads on Swarm, those
// under deploy, in the order of services and keys.
func traefikLabels(v *Variant) []traefikLabel {
	var labels []traefikLabel
	for _, s := range v.Stack.Services {
		labels = append(labels, labelsOf(s)...)
	}
	return labels
}

func labelsOf(s *stack.Service) []traefikLabel {
	var labels []traefikLabel
	for _, key := range slices.Sorted(maps.Keys(s.Deploy.Labels)) {
		if m := traefikKey.FindStringSubmatch(strings.ToLower(key)); m != nil {
			labels = append(labels, traefikLabel{key, m[1], m[2], m[3], m[4], s.Deploy.Labels[key], s})
		}
	}
	return labels
}

// enableKey is traefik.enable as the labels write it: Traefik compares keys without
// their case (traefik/paerser, labels_decode.go).
func enableKey(labels map[string]string) string {
	if _, exact := labels[enableLabel]; exact {
		return enableLabel
	}
	found := ""
	for key := range labels {
		if strings.EqualFold(key, enableLabel) && (found == "" || key < found) {
			found = key
		}
	}
	return found
}

// routed reports whether Traefik routes to the service.
func routed(s *stack.Service) bool { return isTrue(s.Deploy.Labels[enableKey(s.Deploy.Labels)]) }

// wanted is how grave a fault of the routing is: a service that is only enabled,
// with no word of where to, is not finished rather than broken.
func wanted(s *stack.Service) Severity {
	for key := range s.Deploy.Labels {
		if strings.HasPrefix(strings.ToLower(key), "traefik.") && !strings.EqualFold(key, enableLabel) {
			return Error
		}
	}
	return Warning
}

// hasTraefik reports whether the stack brings its own Traefik, which may reach
// services by networks of the stack.
func hasTraefik(v *Variant) bool {
	return slices.ContainsFunc(v.Stack.Services, func(s *stack.Service) bool { return imageNamed(s, []string{"traefik"}) })
}

func (l traefikLabel) span(v *Variant) recipe.Span {
	return v.Stack.Span("services", l.service.Key, "deploy", "labels", l.key)
}

// routing is what the labels of a variant configure.
type routing struct {
	labels  []traefikLabel
	defined map[traefikThing]bool
}

// traefikThing is a router, service or middleware.
type traefikThing struct{ protocol, kind, name string }

func (l traefikLabel) thing() traefikThing { return traefikThing{l.protocol, l.kind, l.name} }

func routingOf(v *Variant) routing {
	r := routing{traefikLabels(v), map[traefikThing]bool{}}
	for _, l := range r.labels {
		if routed(l.service) { // Traefik reads no label of another
			r.defined[l.thing()] = true
		}
	}
	return r
}

// swarmProviders are what Traefik calls labels of Swarm services: those of this
// stack and of all others.
var swarmProviders = []string{"docker", "swarm"}

// undefined reports whether a router's reference leads nowhere, and how surely:
// a name that starts with the stack's belongs to the stack; another may stand in
// the labels of another stack, which a provider behind an @ says.
func (r routing) undefined(v *Variant, l traefikLabel, kind, reference string) (Severity, bool) {
	name, provider, qualified := strings.Cut(strings.ToLower(strings.TrimSpace(reference)), "@")
	if name == "" || qualified && !slices.Contains(swarmProviders, provider) || r.defined[traefikThing{l.protocol, kind, name}] {
		return "", false
	}
	if strings.HasPrefix(name, strings.ToLower(v.Stack.Name)) {
		return Error, true
	}
	return Warning, !qualified
}

// asWritten puts ${STACK_NAME} where the linter's own stack name stands.
func asWritten(v *Variant, text string) string {
	if v.Stack.Name == "" {
		return text
	}
	return strings.ReplaceAll(text, v.Stack.Name, "${STACK_NAME}")
}

// routerExample is a routed service with more labels.
func routerExample(more string) string {
	return "version: \"3.8\"\nservices:\n  app:\n    image: nginx:1.27.3\n    networks: [proxy]\n    deploy:\n      labels:\n" +
		"        - \"traefik.enable=true\"\n        - \"traefik.http.routers.${STACK_NAME}.rule=Host(`${DOMAIN}`)\"\n" + more +
		"networks:\n  proxy:\n    external: true\n"
}

const portLabel = "        - \"traefik.http.services.${STACK_NAME}.loadbalancer.server.port=80\"\n"
