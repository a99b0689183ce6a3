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

// clashes reports whether the manager refuses the one beside the other, of the
// same port. Two in mode host are the scheduler's business.
func (p publication) clashes(other publication) bool {
	host := swarm.PortConfigPublishModeHost
	return p.mode != host || other.mode != host
}

// holder is a service that publishes a port.
type holder struct {
	publication
	service swarm.Service
}

// clashesShown bounds what is said of one service: a range is many ports.
const clashesShown = 5

// ports refuses those that another service of the swarm holds. Numbers that
// Swarm chose itself are held as well.
func (p *preflight) ports() {
	held := holders(p.around.Services)
	mine := map[port][]holder{} // of the services before
	for _, a := range p.plan.services(Create, Update, Replace) {
		var clashes []string
		for _, want := range published(a.service.EndpointSpec) {
			if other, found := want.clash(held, a); found {
				clashes = append(clashes, fmt.Sprintf("port %s is taken by service %s%s", want.port, other.Spec.Name, p.way(other)))
			}
			// Two in the mesh are refused with their lines when the files are read.
			if other, found := want.clash(mine, a); found {
				clashes = append(clashes, fmt.Sprintf("port %s is also published by service %s; choose another one", want.port, other.Spec.Name))
			}
			mine[want.port] = append(mine[want.port], holder{want, swarm.Service{Spec: *a.service}})
		}
		for i, clash := range clashes {
			if i == clashesShown {
				p.refuse("service %s: %d more ports are taken%s", a.Name, len(clashes)-i, p.at(a.Name, "ports"))
				break
			}
			p.refuse("service %s: %s%s", a.Name, clash, p.at(a.Name, "ports"))
		}
	}
}

func holders(services []swarm.Service) map[port][]holder {
	held := map[port][]holder{}
	for _, service := range services {
		for _, p := range append(published(service.Spec.EndpointSpec), publications(service.Endpoint.Ports)...) {
			held[p.port] = append(held[p.port], holder{p, service})
		}
	}
	return held
}

// clash finds a service, other than the action's own, that the manager refuses
// it beside.
func (p publication) clash(held map[port][]holder, a Action) (swarm.Service, bool) {
	for _, other := range held[p.port] {
		if other.service.Spec.Name != a.Name && (other.service.ID == "" || other.service.ID != a.ID) && p.clashes(other.publication) {
			return other.service, true
		}
	}
	return swarm.Service{}, false
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
