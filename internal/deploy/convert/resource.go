package convert

import (
	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/stack"
)

// Below these swarmkit answers 400.
const (
	minNanoCPUs = 1e6
	minMemory   = 4 << 20
)

func (s service) resources() *swarm.ResourceRequirements {
	out := &swarm.ResourceRequirements{}
	if r := s.Deploy.Limits; r != nil {
		s.checkResources("limits", r)
		out.Limits = &swarm.Limit{NanoCPUs: r.NanoCPUs, MemoryBytes: r.MemoryBytes, Pids: r.Pids}
	}
	if r := s.Deploy.Reservations; r != nil {
		s.checkResources("reservations", r)
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

func (s service) checkResources(block string, r *stack.Resources) {
	at := s.path("deploy", "resources", block)
	if r.NanoCPUs != 0 && r.NanoCPUs < minNanoCPUs {
		s.failAt(at.at("cpus"), "%s: cpus %g: expected at least 0.001", block, float64(r.NanoCPUs)/1e9)
	}
	if r.MemoryBytes != 0 && r.MemoryBytes < minMemory {
		s.failAt(at.at("memory"), "%s: memory of %d bytes: expected at least 4 MiB", block, r.MemoryBytes)
	}
}
