package deploy

import "cmp"

// fit is how the tasks of a service fit onto the nodes.
type fit struct {
	missing uint64 // tasks that find no room
	targets int    // of a global service: nodes that it is to run on
	reasons reasons
}

// fit puts the tasks onto the nodes.
func (d demand) fit(nodes []*stock) fit {
	if d.global {
		return d.fitEverywhere(nodes)
	}
	got := fit{missing: d.tasks}
	for _, s := range nodes {
		if got.missing == 0 {
			break
		}
		reason := eligible(s.node, d.spec)
		if reason == "" {
			var n uint64
			n, reason = s.room(d.spec, d.id)
			n = min(n, got.missing)
			s.take(d.spec, d.id, n)
			got.missing -= n
		}
		got.reasons.add(s.node, reason)
	}
	return got
}

// fitEverywhere leaves out the nodes that Swarm makes no task of a global
// service for (manager/orchestrator/global).
func (d demand) fitEverywhere(nodes []*stock) fit {
	var got fit
	for _, s := range nodes {
		if reason := cmp.Or(unready(s.node, d.spec.TaskTemplate), unmetConstraint(s.node, d.spec.TaskTemplate)); reason != "" {
			if got.targets == 0 {
				got.reasons.add(s.node, reason)
			}
			continue
		}
		if got.targets++; got.targets == 1 {
			got.reasons = nil
		}
		reason := eligible(s.node, d.spec)
		if reason == "" {
			var n uint64
			if n, reason = s.room(d.spec, d.id); n > 0 {
				s.take(d.spec, d.id, 1)
				continue
			}
		}
		got.missing++
		got.reasons.add(s.node, reason)
	}
	return got
}
