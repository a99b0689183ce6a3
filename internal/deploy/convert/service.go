package convert

import (
	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/stack"
)

// service is one service under conversion.
type service struct {
	*converter
	*stack.Service
}

func (c *converter) services() []swarm.ServiceSpec {
	specs := make([]swarm.ServiceSpec, 0, len(c.Services))
	for _, svc := range c.Services {
		specs = append(specs, service{c, svc}.spec())
	}
	sortByName(specs, func(s swarm.ServiceSpec) string { return s.Name })
	return specs
}

func (s service) spec() swarm.ServiceSpec {
	return swarm.ServiceSpec{
		Annotations:    swarm.Annotations{Name: s.scope(s.Key, ""), Labels: s.serviceLabels()},
		TaskTemplate:   s.task(),
		Mode:           s.mode(),
		UpdateConfig:   updateConfig(s.Deploy.Update),
		RollbackConfig: updateConfig(s.Deploy.Rollback),
		EndpointSpec:   s.endpoint(),
	}
}

func (s service) task() swarm.TaskSpec {
	return swarm.TaskSpec{
		ContainerSpec: s.container(),
		LogDriver:     s.logDriver(),
		Resources:     s.resources(),
		RestartPolicy: s.restartPolicy(),
		Placement:     s.placement(),
		Networks:      s.attachments(),
	}
}

func (s service) path(more ...string) path {
	return path{"services", s.Key}.at(more...)
}

// undefined notes a reference to nothing.
func (s service) undefined(at path, kind, key string) {
	s.fail(at, "service %s: undefined %s %q; define it under %ss:", s.Key, kind, key, kind)
}
