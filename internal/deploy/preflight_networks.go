package deploy

import (
	"strings"

	"github.com/docker/docker/api/types/swarm"
)

// networkDrivers refuses networks whose driver no node has, and warns of nodes that
// lack it: the scheduler gives them no task that is in such a network.
func (p *preflight) networkDrivers() {
	for _, a := range p.plan.Actions {
		if a.network == nil || a.network.Driver == "" || a.network.Driver == "overlay" {
			continue
		}
		var lack reasons
		able := 0
		for _, node := range p.around.Nodes {
			if lacksNetwork(node, a.network.Driver) {
				lack.add(node, "it has no network driver "+a.network.Driver)
				continue
			}
			able++
		}
		switch {
		case len(lack) == 0:
		case able == 0:
			p.refuse("network %s: no node has its driver:%s\n  Install it on the nodes, or leave driver: out%s", a.Name, lack, p.place("networks", strings.TrimPrefix(a.Name, p.plan.Stack+"_")))
		default:
			p.warn("network %s: services that are in it run on no node without its driver:%s", a.Name, lack)
		}
	}
}

// lacksNetwork: an engine that lists no network drivers says nothing.
func lacksNetwork(node swarm.Node, driver string) bool {
	plugins := node.Description.Engine.Plugins
	return anyPlugin(plugins, "Network") && !hasPlugin(plugins, "Network", driver)
}
