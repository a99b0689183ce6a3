package convert

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/stack"
)

func (s service) endpoint() *swarm.EndpointSpec {
	mode := strings.ToLower(s.Deploy.EndpointMode)
	s.oneOf(s.path("deploy", "endpoint_mode"), mode, "vip", "dnsrr")
	ports := make([]swarm.PortConfig, 0, len(s.Ports))
	for i, p := range s.Ports {
		s.checkPort(i, p, mode)
		ports = append(ports, swarm.PortConfig{
			Protocol:      swarm.PortConfigProtocol(p.Protocol),
			TargetPort:    p.Target,
			PublishedPort: p.Published,
			PublishMode:   swarm.PortConfigPublishMode(p.Mode),
		})
	}
	slices.SortStableFunc(ports, comparePorts)
	return &swarm.EndpointSpec{Mode: swarm.ResolutionMode(mode), Ports: ports}
}

func comparePorts(a, b swarm.PortConfig) int {
	return cmp.Or(
		cmp.Compare(a.PublishedPort, b.PublishedPort),
		cmp.Compare(a.TargetPort, b.TargetPort),
		cmp.Compare(a.Protocol, b.Protocol),
		cmp.Compare(a.PublishMode, b.PublishMode),
	)
}

// checkPort refuses what the engine refuses (400), and names that it takes for
// tcp or ingress without a word.
func (s service) checkPort(i int, p stack.Port, endpointMode string) {
	at := s.path("ports", strconv.Itoa(i))
	s.oneOf(at.at("protocol"), p.Protocol, "tcp", "udp", "sctp")
	s.oneOf(at.at("mode"), p.Mode, "ingress", "host")
	if p.Target == 0 || p.Target > 65535 || p.Published > 65535 {
		s.failAt(at, "port %d:%d: expected numbers from 1 to 65535", p.Published, p.Target)
	}
	if endpointMode == "dnsrr" && p.Mode != "host" {
		s.failAt(at, "port %d is published through the ingress network, which endpoint_mode dnsrr cannot use; set the port's mode: host", p.Target)
	}
	for _, earlier := range s.Ports[:i] {
		if p.Published != 0 && p.Published == earlier.Published && p.Protocol == earlier.Protocol {
			s.failAt(at, "port %d/%s is published twice", p.Published, p.Protocol)
			return
		}
	}
}
