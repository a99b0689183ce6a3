package lint

import (
	"fmt"

	"coopcloud.tech/catalogue/internal/stack"
)

var startFirstHostPort = Rule{
	Code: "R166", Name: "start-first-host-port",
	Severity: Error, Confidence: High,
	What: "A service that publishes a port of its node is updated start-first.",
	Why: "The new task needs the port that the old one still holds: on one node it stays pending with \"no suitable node (host-mode port already in use)\", " +
		"the update never ends and no failure_action fires (moby/moby#36934, Dokploy/dokploy#5496).",
	Fix:   "Write order: stop-first, or publish the port with mode: ingress.",
	Bad:   Example{{"compose.yml", hostPortExample("start-first")}},
	Good:  Example{{"compose.yml", hostPortExample("stop-first")}},
	Needs: []Need{NeedsCompose},
	Check: eachService(checkStartFirstHostPort),
}

func hostPortExample(order string) string {
	return fmt.Sprintf(`version: "3.8"
services:
  app:
    image: nginx:1.27.3
    ports:
      - target: 80
        published: 80
        mode: host
    deploy:
      update_config:
        order: %s
`, order)
}

func checkStartFirstHostPort(in *Input, v *Variant, s *stack.Service) []Finding {
	key := startsFirst(s)
	if key == "" {
		return nil
	}
	for _, port := range s.Ports {
		if port.Mode == "host" && port.Published != 0 {
			return []Finding{in.orderFinding(v, s, key, fmt.Sprintf("service %s starts its new task first, but port %d of the node is still taken by the old one", s.Key, port.Published))}
		}
	}
	return nil
}

// startsFirst names what starts the new task before the old one has ended: the update,
// or the way back from it; "" where neither does.
func startsFirst(s *stack.Service) (key string) {
	switch {
	case s.Deploy.Update != nil && s.Deploy.Update.Order == "start-first":
		return "update_config"
	case s.Deploy.Rollback != nil && s.Deploy.Rollback.Order == "start-first":
		return "rollback_config"
	}
	return ""
}

// orderFinding is about the order of update_config or rollback_config. The file says
// start-first in so many words: to say the other is unsafe, even more where an anchor
// shares it.
func (in *Input) orderFinding(v *Variant, s *stack.Service, key, message string) Finding {
	span := v.Stack.Span("services", s.Key, "deploy", key, "order")
	return Finding{
		Message:  message,
		Span:     span,
		Repairs:  in.rewrite("Write order: stop-first", false, span, "stop-first"),
		Evidence: "services." + s.Key + ".deploy." + key + ".order",
	}
}
