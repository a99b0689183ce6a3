package convert

import (
	"maps"
	"net/netip"
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
	at := path{"networks", nw.Key}
	name, driver := c.scope(nw.Key, nw.Name), nw.Driver
	if driver == "" {
		driver = defaultDriver
	}
	if driver == defaultDriver {
		c.checkDNSName(at, "network", name)
	}
	return Network{Name: name, CreateOptions: network.CreateOptions{
		Driver:     driver,
		Options:    maps.Clone(nw.DriverOpts),
		Internal:   nw.Internal,
		Attachable: nw.Attachable,
		EnableIPv6: nw.EnableIPv6,
		IPAM:       c.ipam(at, nw.IPAM),
		Labels:     c.labels(nw.Labels),
	}}
}

func (c *converter) ipam(at path, i *stack.IPAM) *network.IPAM {
	if i == nil || (i.Driver == "" && len(i.Subnets) == 0) {
		return nil
	}
	out := &network.IPAM{Driver: i.Driver}
	for _, subnet := range i.Subnets {
		if _, err := netip.ParsePrefix(subnet); err != nil {
			c.fail(at.at("ipam"), "network %s: subnet %q: expected an address range such as 10.20.0.0/24", at[1], subnet)
		}
		out.Config = append(out.Config, network.IPAMConfig{Subnet: subnet})
	}
	return out
}

// externalNetworks lists what has to exist. Networks that are not user
// defined exist on every node, though not in the swarm's scope.
func (c *converter) externalNetworks() []string {
	var names []string
	for _, nw := range c.usedNetworks() {
		if name := networkTarget(c, nw); nw.External && container.NetworkMode(name).IsUserDefined() {
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

func networkTarget(c *converter, nw *stack.Network) string {
	if nw.External && nw.Name == "" {
		return nw.Key
	}
	return c.scope(nw.Key, nw.Name)
}

func joined(svc *stack.Service) []stack.ServiceNetwork {
	if len(svc.Networks) == 0 {
		return []stack.ServiceNetwork{{Key: defaultNetwork}}
	}
	return svc.Networks
}
