package stack

import (
	"fmt"
	"strings"
)

// ports checks the published ports of one service. The engine takes an unknown
// protocol for tcp and an unknown mode for ingress.
func (c *checker) ports() {
	for i, port := range c.service.Ports {
		name := fmt.Sprintf("ports.%d", i)
		if !oneOf(port.Protocol, "tcp", "udp", "sctp") {
			c.diagnose(CodeInvalidSetting, c.at(name), Mangle, Mangle, fmt.Sprintf("the protocol %q is none of tcp, udp, sctp, and becomes tcp", clip(port.Protocol)))
		}
		if !oneOf(port.Mode, "ingress", "host") {
			c.diagnose(CodeInvalidSetting, c.at(name), Mangle, Mangle, fmt.Sprintf("the mode %q is neither ingress nor host, and becomes ingress", clip(port.Mode)))
		}
		if port.Mode != "host" && strings.EqualFold(c.service.Deploy.EndpointMode, "dnsrr") {
			c.invalid(name, "endpoint_mode dnsrr cannot publish in mode ingress; write mode: host")
		}
		if port.Target == 0 || port.Target > 65535 || port.Published > 65535 {
			c.diagnose(CodeInvalidSetting, c.at(name), Mangle, Refuse, "ports are numbers from 1 to 65535")
		}
	}
}

// checkPublished finds ports that a service publishes twice, or two services
// through the routing mesh.
func (l *loader) checkPublished() {
	mesh := map[string]string{} // the first service of each port
	for _, service := range l.stack.Services {
		own := map[string]bool{}
		for i, port := range service.Ports {
			key, path := port.key(), fmt.Sprintf("services.%s.ports.%d", service.Key, i)
			first, taken := mesh[key]
			switch {
			case port.Published == 0:
				continue
			case own[key] && (!taken || first == service.Key):
				l.refuse(CodeConflict, path, fmt.Sprintf("port %s is published twice", key))
			case !own[key] && taken && port.Mode != "host":
				l.refuse(CodeConflict, path, fmt.Sprintf("port %s is already published by service %s", key, clip(first)))
			}
			own[key] = true
			if port.Mode != "host" && !taken {
				mesh[key] = service.Key
			}
		}
	}
}
