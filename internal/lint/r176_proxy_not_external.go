package lint

import (
	"fmt"
	"slices"

	"coopcloud.tech/catalogue/internal/stack"
)

var proxyNotExternal = Rule{
	Code: "R176", Name: "proxy-not-external",
	Severity: Error, Confidence: High,
	What: "The network proxy is not external.",
	Why: "Without external: true each app makes a network <stack>_proxy of its own, on which no Traefik is: the deploy succeeds, " +
		"and the domain answers 504 (traefik/traefik#1086). The shared network is made once per server.",
	Fix:   "Write external: true below proxy.",
	Bad:   Example{{"compose.yml", proxyExample("    driver: overlay\n")}},
	Good:  Example{{"compose.yml", proxyExample("    external: true\n")}},
	Needs: []Need{NeedsCompose},
	Check: eachVariant(checkProxyExternal),
}

func proxyExample(network string) string {
	return "services:\n  app:\n    image: nginx:1.27.3\n    networks: [proxy]\n    deploy:\n      labels:\n" +
		"        - \"traefik.enable=true\"\n" + portLabel + "networks:\n  proxy:\n" + network
}

const proxyNetwork = "proxy"

func checkProxyExternal(in *Input, v *Variant) []Finding {
	if hasTraefik(v) {
		return nil
	}
	var found []Finding
	for _, n := range v.Stack.Networks {
		if !isOwnProxy(n) || !slices.ContainsFunc(v.Stack.Services, func(s *stack.Service) bool { return routed(s) && isOn(s, n) }) {
			continue
		}
		found = append(found, Finding{
			Message:  fmt.Sprintf("the network %s is not external, so that this stack gets one of its own, without Traefik", n.Key),
			Span:     in.keySpan(v, "networks", n.Key),
			Repairs:  in.externalRepair(v, n),
			Evidence: "networks." + n.Key + ".external",
		})
	}
	return found
}

func isOwnProxy(n *stack.Network) bool {
	return !n.External && (n.Key == proxyNetwork || n.Name == proxyNetwork)
}

func isOn(s *stack.Service, network *stack.Network) bool {
	return slices.ContainsFunc(s.Networks, func(n stack.ServiceNetwork) bool { return n.Key == network.Key })
}

// externalRepair writes the network anew: with external no other key may stand.
func (in *Input) externalRepair(v *Variant, n *stack.Network) []Repair {
	key := in.keySpan(v, "networks", n.Key)
	e, ok := in.edit(key.File)
	if !ok {
		return nil
	}
	w := e.find(key, false)
	if len(w) != 2 || w[0].key().Value != "networks" || anchored(w[1].value()) {
		return nil
	}
	indent, ok := e.indent(w[1].parent)
	end := e.end(w[1])
	if !ok || end < 0 {
		return nil
	}
	_, start := e.place(key)
	edit := e.replace(start, max(end, start), ":\n"+indent+"  external: true")
	return []Repair{{Title: "Make the network external", Edits: []Edit{edit}}}
}
