package convert

import (
	"cmp"
	"maps"
	"slices"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/network"

	"coopcloud.tech/catalogue/internal/stack"
)

const (
	defaultNetwork = "default" // what a service without networks: joins
	defaultDriver  = "overlay"
)

// networks lists those to create: only what a service uses.
func (c *converter) networks() []Network {
	list := []Network{}
	for _, nw := range c.usedNetworks() {
		if !nw.External {
			list = append(list, c.network(nw))
		}
	}
	sortByName(list, func(n Network) string { return n.Name })
	return distinct(c, list, "network", func(n Network) string { return n.Name })
}

func (c *converter) network(nw *stack.Network) Network {
	return Network{Name: c.scope(nw.Key, nw.Name), CreateOptions: network.CreateOptions{
		Driver:     cmp.Or(nw.Driver, defaultDriver),
		Options:    maps.Clone(nw.DriverOpts),
		Internal:   nw.Internal,
		Attachable: nw.Attachable,
		EnableIPv6: nw.EnableIPv6,
		IPAM:       ipam(nw.IPAM),
		Labels:     c.labels(nw.Labels),
	}}
}

func ipam(i *stack.IPAM) *network.IPAM {
	if i == nil || (i.Driver == "" && len(i.Pools) == 0 && len(i.Options) == 0) {
		return nil
	}
	out := &network.IPAM{Driver: i.Driver, Options: maps.Clone(i.Options)}
	for _, p := range i.Pools {
		out.Config = append(out.Config, network.IPAMConfig{
			Subnet: p.Subnet, Gateway: p.Gateway, IPRange: p.IPRange, AuxAddress: maps.Clone(p.AuxAddresses),
		})
	}
	return out
}

// externalNetworks lists what has to exist. Networks that are not user
// defined exist on every node, though not in the swarm's scope.
func (c *converter) externalNetworks() []string {
	var names []string
	for _, nw := range c.usedNetworks() {
		if name := c.scope(nw.Key, nw.Name); nw.External && container.NetworkMode(name).IsUserDefined() {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// usedNetworks are the networks that services join, each once. Undefined ones
// are the attachment's error.
func (c *converter) usedNetworks() []*stack.Network {
	used := map[string]*stack.Network{}
	for _, svc := range c.Services {
		for _, a := range joined(svc) {
			if nw := c.networkByKey(a.Key); nw != nil {
				used[a.Key] = nw
			}
		}
	}
	list := make([]*stack.Network, 0, len(used))
	for _, key := range slices.Sorted(maps.Keys(used)) {
		list = append(list, used[key])
	}
	return list
}

// networkByKey finds a network; `default` needs no definition.
func (c *converter) networkByKey(key string) *stack.Network {
	for _, nw := range c.Networks {
		if nw.Key == key {
			return nw
		}
	}
	if key == defaultNetwork {
		return &stack.Network{Key: defaultNetwork, Implicit: true}
	}
	return nil
}

func joined(svc *stack.Service) []stack.ServiceNetwork {
	if len(svc.Networks) == 0 {
		return []stack.ServiceNetwork{{Key: defaultNetwork}}
	}
	return svc.Networks
}
