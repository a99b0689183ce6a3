package deploy

import (
	"cmp"
	"fmt"

	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/deploy/convert"
)

// publication is one published port of a service.
type publication struct {
	port
	mode swarm.PortConfigPublishMode
}

// published lists the ports that are published under a number.
func published(e *swarm.EndpointSpec) []publication {
	if e == nil {
		return nil
	}
	return publications(e.Ports)
}

func publications(ports []swarm.PortConfig) []publication {
	var list []publication
	for _, p := range ports {
		if p.PublishedPort == 0 {
			continue
		}
		list = append(list, publication{
			port{p.PublishedPort, cmp.Or(p.Protocol, swarm.PortConfigProtocolTCP)},
			cmp.Or(p.PublishMode, swarm.PortConfigPublishModeIngress),
		})
	}
	return list
}

// clashes reports whether the manager refuses one service beside the other.
// Two in mode host are the scheduler's business.
func (p publication) clashes(other publication) bool {
	host := swarm.PortConfigPublishModeHost
	return p.port == other.port && (p.mode != host || other.mode != host)
}

// ports refuses those that another service of the swarm holds. Numbers that
// Swarm chose itself are held as well.
func (p *preflight) ports() {
	written := p.plan.services(Create, Update, Replace)
	for i, a := range written {
		for _, want := range published(a.service.EndpointSpec) {
			for _, other := range p.around.Services {
				if other.ID != a.ID && other.Spec.Name != a.Name && publishes(other, want) {
					p.refuse("service %s: port %s is taken by service %s%s%s", a.Name, want.port, other.Spec.Name, p.way(other), p.at(a.Name, "ports"))
				}
			}
			// Two in the mesh are refused with their lines when the files are read.
			for _, other := range written[:i] {
				for _, theirs := range published(other.service.EndpointSpec) {
					if want.clashes(theirs) {
						p.refuse("service %s: port %s is also published by service %s; choose another one%s", a.Name, want.port, other.Name, p.at(a.Name, "ports"))
					}
				}
			}
		}
	}
}

func publishes(service swarm.Service, want publication) bool {
	for _, held := range append(published(service.Spec.EndpointSpec), publications(service.Endpoint.Ports)...) {
		if want.clashes(held) {
			return true
		}
	}
	return false
}

// way says how to get a port from the service that holds it. In this stack the
// port moves: Swarm has no order of writes that frees it first.
func (p *preflight) way(holder swarm.Service) string {
	stack := holder.Spec.Labels[convert.LabelNamespace]
	switch {
	case stack == p.plan.Stack && stack != "":
		return fmt.Sprintf(" of this stack, and is free only when that is changed or gone; "+
			"give the port up in a deploy of its own first, or run: docker service rm %s", holder.Spec.Name)
	case stack != "":
		return fmt.Sprintf(" of stack %s; choose another port, or undeploy that stack", stack)
	}
	return "; choose another port, or remove that service"
}
