package convert

import (
	"maps"
	"slices"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/swarm"
)

// attachments are sorted by target, so that another order in the file does
// not restart the service.
func (s service) attachments() []swarm.NetworkAttachmentConfig {
	list := make([]swarm.NetworkAttachmentConfig, 0, len(s.Networks))
	for _, a := range joined(s.Service) {
		nw := s.networkByKey(a.Key)
		if nw == nil {
			s.undefined(s.path("networks", a.Key), "network", a.Key)
			continue
		}
		target := s.scope(nw.Key, nw.Name)
		list = append(list, swarm.NetworkAttachmentConfig{
			Target:     target,
			Aliases:    s.aliases(target, a.Aliases),
			DriverOpts: maps.Clone(a.DriverOpts),
		})
	}
	sortByName(list, func(a swarm.NetworkAttachmentConfig) string { return a.Target })
	return list
}

// aliases adds the service's key, by which services of a stack find each
// other; predefined networks know no aliases.
func (s service) aliases(target string, own []string) []string {
	aliases := slices.Clone(own)
	if container.NetworkMode(target).IsUserDefined() {
		aliases = append(aliases, s.Key)
	}
	return aliases
}
