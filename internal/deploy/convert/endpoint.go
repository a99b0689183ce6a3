package convert

import (
	"cmp"
	"slices"
	"strings"

	"github.com/docker/docker/api/types/swarm"
)

func (s service) endpoint() *swarm.EndpointSpec {
	ports := make([]swarm.PortConfig, 0, len(s.Ports))
	for _, p := range s.Ports {
		ports = append(ports, swarm.PortConfig{
			Protocol:      swarm.PortConfigProtocol(p.Protocol),
			TargetPort:    p.Target,
			PublishedPort: p.Published,
			PublishMode:   swarm.PortConfigPublishMode(p.Mode),
		})
	}
	slices.SortStableFunc(ports, comparePorts)
	return &swarm.EndpointSpec{Mode: swarm.ResolutionMode(strings.ToLower(s.Deploy.EndpointMode)), Ports: ports}
}

func comparePorts(a, b swarm.PortConfig) int {
	return cmp.Or(
		cmp.Compare(a.PublishedPort, b.PublishedPort),
		cmp.Compare(a.TargetPort, b.TargetPort),
		cmp.Compare(a.Protocol, b.Protocol),
		cmp.Compare(a.PublishMode, b.PublishMode),
	)
}
