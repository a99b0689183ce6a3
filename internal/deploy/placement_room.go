package deploy

import (
	"fmt"
	"math"

	"github.com/docker/docker/api/types/swarm"

	engine "coopcloud.tech/catalogue/internal/deploy/swarm"
)

// stock is what a node has left, counted as swarmkit's scheduler does
// (manager/scheduler/nodeinfo.go): by what tasks reserve, not by what they use.
type stock struct {
	node  swarm.Node
	left  amounts
	ports map[port]string   // published in mode host, and by which service
	tasks map[string]uint64 // by the ID of their service
}

// port is a published port.
type port struct {
	number   uint32
	protocol swarm.PortConfigProtocol
}

func (p port) String() string { return fmt.Sprintf("%d/%s", p.number, p.protocol) }

// stocks counts what the nodes have left, once the services in ended have ended
// their tasks. Tasks that are being stopped count as gone.
func stocks(around *engine.Surroundings, ended map[string]bool) []*stock {
	byNode := map[string]*stock{}
	var all []*stock
	for _, node := range around.Nodes {
		s := &stock{node: node, left: amountsOf(node.Description.Resources), ports: map[port]string{}, tasks: map[string]uint64{}}
		byNode[node.ID], all = s, append(all, s)
	}
	services := map[string]swarm.ServiceSpec{}
	for _, s := range around.Services {
		services[s.ID] = s.Spec
	}
	for _, task := range around.Running {
		if s := byNode[task.NodeID]; s != nil && !ended[task.ServiceID] && holdsRoom(task) {
			spec := services[task.ServiceID]
			spec.TaskTemplate = task.Spec
			s.take(spec, task.ServiceID, 1)
		}
	}
	return all
}

// holdsRoom reports whether a task takes up room: from the moment that it has a
// node until it has ended.
func holdsRoom(task swarm.Task) bool {
	switch task.Status.State {
	case swarm.TaskStateAssigned, swarm.TaskStateAccepted, swarm.TaskStatePreparing,
		swarm.TaskStateReady, swarm.TaskStateStarting, swarm.TaskStateRunning:
		return true
	}
	return false
}

// take puts n tasks of the service onto the node. What does not fit is never
// put there, so that the product is no larger than what the node has.
func (s *stock) take(spec swarm.ServiceSpec, id string, n uint64) {
	for name, each := range reserved(spec.TaskTemplate) {
		s.left[name] -= int64(n) * each
	}
	for _, p := range hostPorts(spec) {
		s.ports[p] = spec.Name
	}
	s.tasks[id] += n
}

// room says how many tasks of the service the node still takes, and what allows
// no more.
func (s *stock) room(spec swarm.ServiceSpec, id string) (tasks uint64, reason string) {
	tasks = math.MaxInt64
	limit := func(n uint64, format string, args ...any) {
		if n < tasks {
			tasks, reason = n, fmt.Sprintf(format, args...)
		}
	}
	want := reserved(spec.TaskTemplate)
	for _, name := range want.names() {
		free := max(0, s.left[name])
		limit(uint64(free/want[name]), "%s of its %s is unreserved; a task reserves %s",
			shown(name, free), quantity(name, amountsOf(s.node.Description.Resources)[name]), shown(name, want[name]))
	}
	for _, p := range hostPorts(spec) {
		limit(1, "a node has port %s once", p)
		if by, taken := s.ports[p]; taken {
			limit(0, "service %s publishes port %s there, in mode host", by, p)
		}
	}
	if placement := spec.TaskTemplate.Placement; placement != nil && placement.MaxReplicas > 0 {
		limit(placement.MaxReplicas-min(placement.MaxReplicas, s.tasks[id]), "max_replicas_per_node is %d", placement.MaxReplicas)
	}
	return tasks, reason
}

// hostPorts are the ports that each task publishes on its node.
func hostPorts(spec swarm.ServiceSpec) []port {
	var ports []port
	for _, p := range published(spec.EndpointSpec) {
		if p.mode == swarm.PortConfigPublishModeHost {
			ports = append(ports, p.port)
		}
	}
	return ports
}
