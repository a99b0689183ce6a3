package deploy

import (
	"cmp"
	"fmt"

	"github.com/docker/docker/api/types/swarm"
)

// unstick has unchanged services sent again whose update hangs: the engine waits
// without an end for a new task to run that it had given to a node that was lost
// (swarmkit's updater watches that one task, not the one that takes its place). Only
// another update ends that.
func (p *Plan) unstick(nodes []swarm.Node) {
	lost := map[string]string{}
	for _, node := range nodes {
		if node.Status.State != swarm.NodeStateReady {
			lost[node.ID] = fmt.Sprintf("node %s, which is %s", cmp.Or(node.Description.Hostname, node.ID), node.Status.State)
		}
	}
	for i := range p.Actions {
		a := &p.Actions[i]
		if a.Kind != ServiceKind || a.Op != Keep {
			continue
		}
		if where := p.hangs(p.service(a.ID), lost); where != "" {
			spec := clone(*a.service)
			spec.TaskTemplate.ForceUpdate++
			a.Op, a.service, a.Cause = Update, &spec, "its update hangs on a task of "+where
		}
	}
}

// hangs names the lost node that an update waits for; "" where it does not.
func (p *Plan) hangs(service *swarm.Service, lost map[string]string) string {
	if service == nil || service.UpdateStatus == nil || service.UpdateStatus.State != swarm.UpdateStateUpdating {
		return ""
	}
	for _, task := range p.observed.Tasks {
		where := lost[task.NodeID]
		if task.ServiceID == service.ID && where != "" && rank(task.Status.State) < runningRank &&
			(service.UpdateStatus.StartedAt == nil || !task.CreatedAt.Before(*service.UpdateStatus.StartedAt)) {
			return where
		}
	}
	return ""
}
