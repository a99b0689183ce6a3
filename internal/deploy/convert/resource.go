package convert

import (
	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/stack"
)

func (s service) resources() *swarm.ResourceRequirements {
	out := &swarm.ResourceRequirements{}
	if r := s.Deploy.Limits; r != nil {
		out.Limits = &swarm.Limit{NanoCPUs: r.NanoCPUs, MemoryBytes: r.MemoryBytes, Pids: r.Pids}
	}
	if r := s.Deploy.Reservations; r != nil {
		out.Reservations = &swarm.Resources{
			NanoCPUs:         r.NanoCPUs,
			MemoryBytes:      r.MemoryBytes,
			GenericResources: genericResources(r.Generic),
		}
	}
	return out
}

func genericResources(list []stack.GenericResource) []swarm.GenericResource {
	var out []swarm.GenericResource
	for _, g := range list {
		discrete := &swarm.DiscreteGenericResource{Kind: g.Kind, Value: g.Value}
		out = append(out, swarm.GenericResource{DiscreteResourceSpec: discrete})
	}
	return out
}
