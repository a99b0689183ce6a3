package convert

import (
	"fmt"

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
	s.checkImage()
	s.checkJob()
	return swarm.ServiceSpec{
		Annotations:    swarm.Annotations{Name: s.name(), Labels: s.serviceLabels()},
		TaskTemplate:   s.task(),
		Mode:           s.mode(),
		UpdateConfig:   s.updateConfig("update_config", s.Deploy.Update),
		RollbackConfig: s.updateConfig("rollback_config", s.Deploy.Rollback),
		EndpointSpec:   s.endpoint(),
	}
}

func (s service) name() string {
	name := s.scope(s.Key, "")
	s.checkDNSName(s.path(), "service", name)
	return name
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

func (s service) checkImage() {
	if s.Image == "" {
		s.fail("no image; Swarm does not build, so name one with image:")
		return
	}
	if _, err := stack.ParseImage(s.Image); err != nil {
		s.failAt(s.path("image"), "image %q: %v", s.Image, err)
	}
}

func (s service) path(more ...string) path {
	return path{"services", s.Key}.at(more...)
}

// fail notes an error about the service as a whole.
func (s service) fail(format string, args ...any) { s.failAt(s.path(), format, args...) }

func (s service) failAt(at path, format string, args ...any) {
	s.converter.fail(at, "service %s: %s", s.Key, fmt.Sprintf(format, args...))
}
