package stack

import "maps"

// clone copies the part as far as a merge changes it: its services are copied
// where they are merged.
func (p *part) clone() *part {
	return &part{
		services: maps.Clone(p.services),
		networks: maps.Clone(p.networks),
		volumes:  maps.Clone(p.volumes),
		secrets:  maps.Clone(p.secrets),
		configs:  maps.Clone(p.configs),
	}
}

// clone copies the service as far as a merge changes it: maps, and what is
// merged key by key. Lists are replaced whole.
func (s *Service) clone() *Service {
	c := *s
	c.Environment = maps.Clone(s.Environment)
	c.Labels = maps.Clone(s.Labels)
	c.Sysctls = maps.Clone(s.Sysctls)
	c.Healthcheck = shallow(s.Healthcheck)
	c.CredentialSpec = shallow(s.CredentialSpec)
	if c.Logging = shallow(s.Logging); c.Logging != nil {
		c.Logging.Options = maps.Clone(s.Logging.Options)
	}
	c.Deploy.Labels = maps.Clone(s.Deploy.Labels)
	c.Deploy.Update = shallow(s.Deploy.Update)
	c.Deploy.Rollback = shallow(s.Deploy.Rollback)
	c.Deploy.Restart = shallow(s.Deploy.Restart)
	c.Deploy.Limits = shallow(s.Deploy.Limits)
	c.Deploy.Reservations = shallow(s.Deploy.Reservations)
	return &c
}

func shallow[T any](p *T) *T {
	if p == nil {
		return nil
	}
	return new(*p)
}
