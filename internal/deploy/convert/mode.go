package convert

import "github.com/docker/docker/api/types/swarm"

// mode leaves replicas out where the file does, which the engine reads as 1.
func (s service) mode() swarm.ServiceMode {
	replicas := s.Deploy.Replicas
	switch s.Deploy.Mode {
	case "", "replicated":
		return swarm.ServiceMode{Replicated: &swarm.ReplicatedService{Replicas: replicas}}
	case "replicated-job":
		return swarm.ServiceMode{ReplicatedJob: &swarm.ReplicatedJob{MaxConcurrent: replicas, TotalCompletions: replicas}}
	case "global":
		s.checkNoReplicas()
		return swarm.ServiceMode{Global: &swarm.GlobalService{}}
	case "global-job":
		s.checkNoReplicas()
		return swarm.ServiceMode{GlobalJob: &swarm.GlobalJob{}}
	}
	s.failAt(s.path("deploy", "mode"), "mode %q: expected replicated, global, replicated-job or global-job", s.Deploy.Mode)
	return swarm.ServiceMode{}
}

func (s service) checkNoReplicas() {
	if s.Deploy.Replicas != nil {
		s.failAt(s.path("deploy", "replicas"), "replicas cannot be set in mode %s, which runs one task on each node", s.Deploy.Mode)
	}
}

// checkJob refuses what swarmkit refuses of jobs.
func (s service) checkJob() {
	job := s.Deploy.Mode == "replicated-job" || s.Deploy.Mode == "global-job"
	if job && s.Deploy.Update != nil {
		s.failAt(s.path("deploy", "update_config"), "a job cannot have update_config; remove it")
	}
}
