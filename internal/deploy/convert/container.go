package convert

import (
	"maps"
	"slices"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/swarm"
)

func (s service) container() *swarm.ContainerSpec {
	capAdd, capDrop := effectiveCaps(s.CapAdd, s.CapDrop)
	return &swarm.ContainerSpec{
		Image:           s.Image,
		Command:         slices.Clone(s.Entrypoint),
		Args:            slices.Clone(s.Command),
		Hostname:        s.Hostname,
		Hosts:           s.hosts(),
		DNSConfig:       s.dns(),
		Healthcheck:     s.healthcheck(),
		Env:             s.env(),
		Labels:          s.labels(s.Labels),
		Dir:             s.WorkingDir,
		User:            s.User,
		Groups:          slices.Clone(s.Groups),
		Mounts:          s.mounts(),
		StopGracePeriod: s.StopGracePeriod,
		StopSignal:      s.StopSignal,
		TTY:             s.TTY,
		OpenStdin:       s.StdinOpen,
		Secrets:         s.secretRefs(),
		Configs:         s.configRefs(),
		ReadOnly:        s.ReadOnly,
		Privileges:      &swarm.Privileges{CredentialSpec: s.credentialSpec()},
		Isolation:       container.Isolation(s.Isolation),
		Init:            s.Init,
		Sysctls:         maps.Clone(s.Sysctls),
		CapabilityAdd:   capAdd,
		CapabilityDrop:  capDrop,
		Ulimits:         s.ulimits(),
		OomScoreAdj:     s.OomScoreAdj,
	}
}

func (s service) dns() *swarm.DNSConfig {
	if len(s.DNS)+len(s.DNSSearch)+len(s.DNSOptions) == 0 {
		return nil
	}
	return &swarm.DNSConfig{Nameservers: slices.Clone(s.DNS), Search: slices.Clone(s.DNSSearch), Options: slices.Clone(s.DNSOptions)}
}

func (s service) ulimits() []*container.Ulimit {
	limits := make([]*container.Ulimit, 0, len(s.Ulimits))
	for _, u := range s.Ulimits {
		limits = append(limits, &container.Ulimit{Name: u.Name, Soft: u.Soft, Hard: u.Hard})
	}
	sortByName(limits, func(u *container.Ulimit) string { return u.Name })
	return limits
}

func (s service) logDriver() *swarm.Driver {
	if s.Logging == nil {
		return nil
	}
	return &swarm.Driver{Name: s.Logging.Driver, Options: maps.Clone(s.Logging.Options)}
}
