package convert

import (
	"slices"

	"github.com/docker/docker/api/types/swarm"
)

func (s service) placement() *swarm.Placement {
	return &swarm.Placement{
		Constraints: slices.Clone(s.Deploy.Constraints),
		Preferences: spread(s.Deploy.Preferences),
		MaxReplicas: s.Deploy.MaxReplicas,
	}
}

func spread(descriptors []string) []swarm.PlacementPreference {
	var out []swarm.PlacementPreference
	for _, d := range descriptors {
		out = append(out, swarm.PlacementPreference{Spread: &swarm.SpreadOver{SpreadDescriptor: d}})
	}
	return out
}
