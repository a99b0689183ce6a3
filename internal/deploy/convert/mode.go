package convert

import "github.com/docker/docker/api/types/swarm"

// mode leaves replicas out where the file does, which the engine reads as 1.
func (s service) mode() swarm.ServiceMode {
	replicas := s.Deploy.Replicas
	switch s.Deploy.Mode {
	case "global":
		return swarm.ServiceMode{Global: &swarm.GlobalService{}}
	case "global-job":
		return swarm.ServiceMode{GlobalJob: &swarm.GlobalJob{}}
	case "replicated-job":
		return swarm.ServiceMode{ReplicatedJob: &swarm.ReplicatedJob{MaxConcurrent: replicas, TotalCompletions: replicas}}
	}
	return swarm.ServiceMode{Replicated: &swarm.ReplicatedService{Replicas: replicas}}
}
