package lint

import (
	"cmp"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v4"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

var traefikNetworkUnreachable = Rule{
	Code: "R175", Name: "traefik-network-unreachable",
	Severity: Error, Confidence: High,
	What: "Traefik is to route to a service that shares no network with it.",
	Why: "Traefik runs in another stack, on the external network proxy. To a service that is only on networks of its own stack it has no way: " +
		"the domain answers 502 or 504 after a long wait (traefik/traefik#1086).",
	Fix:   "Add the external network proxy to the service's networks, and keep those it has.",
	Bad:   Example{{"compose.yml", networkExample("internal")}},
	Good:  Example{{"compose.yml", networkExample("proxy")}},
	Needs: []Need{NeedsCompose},
	Check: eachVariant(checkTraefikNetwork),
}

func networkExample(name string) string {
	return "services:\n  app:\n    image: nginx:1.27.3\n    networks: [" + name + "]\n    deploy:\n      labels:\n" +
		"        - \"traefik.enable=true\"\n" + portLabel + "networks:\n  internal:\n  proxy:\n    external: true\n"
}

func checkTraefikNetwork(in *Input, v *Variant) []Finding {
	if hasTraefik(v) {
		return nil
	}
	var found []Finding
	for _, s := range v.Stack.Services {
		if !routed(s) {
			continue
		}
		if message, label := unreachable(v, s); message != "" {
			found = append(found, Finding{
				Severity: wanted(s),
				Message:  message,
				Span:     in.networkSpan(v, s, label),
				Repairs:  in.joinProxy(v, s, label),
				Evidence: "services." + s.Key + ".networks",
			})
		}
	}
	return found
}

func (in *Input) networkSpan(v *Variant, s *stack.Service, label string) recipe.Span {
	if label == "" {
		return in.keySpan(v, "services", s.Key, "networks")
	}
	return v.Stack.Span("services", s.Key, "deploy", "labels", label)
}

// unreachable says why Traefik cannot reach the service, and by which label; ""
// where it can, or where another rule says what is wrong with the network.
func unreachable(v *Variant, s *stack.Service) (reason, label string) {
	networks, known := networksOf(v.Stack, s)
	switch {
	case !known || slices.ContainsFunc(networks, isOwnProxy):
		return "", ""
	case !slices.ContainsFunc(networks, func(n *stack.Network) bool { return n.External }):
		return fmt.Sprintf("Traefik is to route to service %s, which is on no external network", s.Key), ""
	}
	for _, label := range []string{"traefik.docker.network", "traefik.swarm.network"} {
		named, said := s.Deploy.Labels[label]
		if said && !slices.ContainsFunc(networks, func(n *stack.Network) bool { return networkName(v.Stack, n) == named }) {
			return fmt.Sprintf("%s of service %s names the network %s, which the service is not on", label, s.Key, named), label
		}
	}
	return "", ""
}

// networksOf are the networks that the service is on; not known where one of
// them is not defined.
func networksOf(st *stack.Stack, s *stack.Service) (networks []*stack.Network, known bool) {
	attachments := s.Networks
	if len(attachments) == 0 {
		attachments = []stack.ServiceNetwork{{Key: "default"}}
	}
	for _, attached := range attachments {
		at := slices.IndexFunc(st.Networks, func(n *stack.Network) bool { return n.Key == attached.Key })
		if at < 0 {
			return nil, false
		}
		networks = append(networks, st.Networks[at])
	}
	return networks, true
}

// networkName is what Swarm calls the network.
func networkName(st *stack.Stack, n *stack.Network) string {
	return cmp.Or(n.Name, st.Name+"_"+n.Key)
}

// joinProxy is the repair that puts the service on the stack's external network
// proxy. It keeps the networks that it has, the implicit one too.
func (in *Input) joinProxy(v *Variant, s *stack.Service, label string) []Repair {
	external := func(n *stack.Network) bool { return n.External && n.Key == proxyNetwork }
	if label != "" || !slices.ContainsFunc(v.Stack.Networks, external) {
		return nil
	}
	const title = "Put the service on the network proxy"
	key := in.writtenKey(v, "services", s.Key, "networks")
	if key.Line == 0 {
		return in.insertEntry(title, false, in.writtenKey(v, "services", s.Key), "networks:", "  - default", "  - "+proxyNetwork)
	}
	_, networks := in.sources[key.File].lookup("services", s.Key, "networks")
	if networks != nil && networks.Kind == yaml.SequenceNode {
		return in.insertEntry(title, false, key, "- "+proxyNetwork)
	}
	return in.insertEntry(title, false, key, proxyNetwork+":")
}
