package deploy

import (
	"cmp"
	"fmt"
	"slices"
)

// placement refuses services whose tasks no node would take: Swarm waits for
// one for ever (swarmkit#1720). Where only the services of this stack together
// may be too much, it warns.
func (p *preflight) placement() {
	if len(p.around.Nodes) == 0 {
		return
	}
	demands := p.plan.demands(p.networkName)
	ended := map[string]bool{}
	for _, d := range demands {
		ended[d.id] = d.id != "" && d.ends
	}
	// The smallest choice first: among tasks that have none, what does not fit in
	// one order fits in no other.
	slices.SortStableFunc(demands, func(a, b demand) int { return cmp.Compare(p.choice(a), p.choice(b)) })
	together := stocks(p.around, ended)
	for _, d := range demands {
		switch alone := d.fit(stocks(p.around, ended)); {
		case d.global && alone.targets == 0:
			p.warn("service %s runs nowhere:%s", d.spec.Name, p.explain(d, alone))
		case alone.missing > 0:
			p.unplaced(d, alone)
		default:
			p.crowded(d, d.fit(together))
		}
	}
}

// choice counts the nodes that each task may go to. The tasks of a global
// service have none.
func (p *preflight) choice(d demand) int {
	if d.global {
		return 1
	}
	return p.mayRun(d)
}

// mayRun counts the nodes that may run the service.
func (p *preflight) mayRun(d demand) int {
	n := 0
	for _, node := range p.around.Nodes {
		if eligible(node, d.spec) == "" {
			n++
		}
	}
	return n
}

// crowded speaks of a service that fits alone, but not with the others.
func (p *preflight) crowded(d demand, got fit) {
	switch {
	case got.missing == 0:
	case p.choice(d) == 1:
		p.unplaced(d, got)
	default:
		p.warn("service %s may find no room beside the other services of the stack:%s", d.spec.Name, p.explain(d, got))
	}
}

// unplaced refuses, but for a deploy that does not wait: a node may come later.
func (p *preflight) unplaced(d demand, got fit) {
	text := fmt.Sprintf("service %s: no node can run it:%s", d.spec.Name, p.explain(d, got))
	if got.missing < d.tasks {
		text = fmt.Sprintf("service %s: the nodes have room for %d of %d tasks:%s", d.spec.Name, d.tasks-got.missing, d.tasks, p.explain(d, got))
	}
	if d.global {
		text = fmt.Sprintf("service %s: not every node that it is to run on can run it:%s", d.spec.Name, p.explain(d, got))
	}
	if p.options.NoWait {
		p.warn("%s", text)
		return
	}
	p.refuse("%s", text)
}

// explain says node by node why not, and what can be done.
func (p *preflight) explain(d demand, got fit) string {
	return got.reasons.String() + "\n  " + p.advice(d)
}

func (p *preflight) advice(d demand) string {
	var unmet, other bool
	for _, node := range p.around.Nodes {
		unmet = unmet || unmetConstraint(node, d.spec.TaskTemplate) != ""
		other = other || otherPlatform(node, d.spec.TaskTemplate) != ""
	}
	switch {
	case p.mayRun(d) > 0 && d.id != "" && !d.ends && startsFirst(d.spec):
		return "The new tasks start beside the old ones: make room, or set update_config: {order: stop-first}" + p.at(d.spec.Name, "deploy", "update_config")
	case p.mayRun(d) > 0:
		return "Make room, add a node, or ask for less" + p.at(d.spec.Name, "deploy")
	case unmet:
		return "Change the constraint, or label a node: docker node update --label-add KEY=VALUE NODE" + p.at(d.spec.Name, "deploy", "placement", "constraints")
	case other:
		return "Use an image for the platform of a node" + p.at(d.spec.Name, "image")
	}
	return "Look with: docker node ls"
}
