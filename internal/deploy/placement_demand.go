package deploy

import (
	"cmp"
	"strings"

	"github.com/docker/docker/api/types/swarm"
)

// demand is what the new tasks of one service need at the same time.
type demand struct {
	spec   swarm.ServiceSpec
	id     string // of the service that runs; "" where none does
	tasks  uint64 // of a global service: on each node
	global bool
	ends   bool // the old tasks end before the new ones start
}

// demands are those of the services that get new tasks. What a deploy removes
// goes last, so it makes no room.
func (p *Plan) demands(networkName func(id string) string) []demand {
	var list []demand
	for _, a := range p.services(Create, Update, Replace) {
		if d := newDemand(*a.service, p.service(a.ID), a.Op, networkName); d.tasks > 0 {
			list = append(list, d)
		}
	}
	return list
}

func newDemand(want swarm.ServiceSpec, have *swarm.Service, op Op, networkName func(string) string) demand {
	d := demand{spec: want, global: isGlobal(want.Mode), tasks: scaleOf(want.Mode), ends: true}
	if have == nil {
		return d
	}
	d.id = have.ID
	if op == Replace {
		return d
	}
	old := min(scaleOf(have.Spec.Mode), d.tasks)
	switch template, constraints := restarts(have.Spec, want, networkName); {
	case !template && !constraints:
		d.tasks, d.ends = d.tasks-old, false
	// Where constraints alone change, tasks stay, or are ended where they are not met.
	case template && startsFirst(want):
		d.tasks, d.ends = d.tasks-old+min(old, atOnce(want)), false
	}
	return d
}

func isGlobal(mode swarm.ServiceMode) bool { return mode.Global != nil || mode.GlobalJob != nil }

// scaleOf is how many tasks run at the same time; of a global service, on each
// node.
func scaleOf(mode swarm.ServiceMode) uint64 {
	one := uint64(1)
	switch {
	case isGlobal(mode):
		return 1
	case mode.Replicated != nil:
		return *cmp.Or(mode.Replicated.Replicas, &one)
	case mode.ReplicatedJob != nil:
		concurrent := *cmp.Or(mode.ReplicatedJob.MaxConcurrent, &one)
		return min(concurrent, *cmp.Or(mode.ReplicatedJob.TotalCompletions, &concurrent))
	}
	return 1
}

func startsFirst(spec swarm.ServiceSpec) bool {
	return spec.UpdateConfig != nil && spec.UpdateConfig.Order == swarm.UpdateOrderStartFirst
}

// atOnce is how many tasks an update replaces at a time; 0 in a spec means all.
func atOnce(spec swarm.ServiceSpec) uint64 {
	if spec.UpdateConfig == nil || spec.UpdateConfig.Parallelism == 0 {
		return scaleOf(spec.Mode)
	}
	return spec.UpdateConfig.Parallelism
}

// restarts reports whether an update gives the service new tasks: by what its
// tasks are made from, or by their constraints alone.
func restarts(have, want swarm.ServiceSpec, networkName func(string) string) (template, constraints bool) {
	from, to := fieldsOf(have, networkName), fieldsOf(want, networkName)
	for _, path := range differing(from, to) {
		switch {
		case strings.HasPrefix(path, "TaskTemplate.Placement.Constraints"):
			constraints = true
		case strings.HasPrefix(path, "TaskTemplate."), strings.HasPrefix(path, "EndpointSpec."):
			template = true
		}
	}
	return template, constraints
}
