package deploy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/docker/docker/api/types/swarm"
)

// judgePlacement notices tasks that no node may run: the engine waits for ever.
func (w *watch) judgePlacement(s *standing, service swarm.Service, slots map[string]swarm.Task, l look) {
	for _, task := range slots {
		if task.Status.State != swarm.TaskStatePending || !strings.Contains(task.Status.Err, "no suitable node") {
			continue
		}
		if w.stuck.IsZero() {
			w.stuck = l.at
		}
		if l.at.Sub(w.stuck) >= unschedulableGrace {
			s.failure = w.fail(Unschedulable, task.Status.Err+nodeByNode(l.nodes, service.Spec), swarm.Task{})
		}
		return
	}
	w.stuck = time.Time{}
}

// maxNodes bounds how many nodes a message lists.
const maxNodes = 20

// nodeByNode tells why each node may not run the spec. The engine itself only
// counts nodes.
func nodeByNode(nodes []swarm.Node, spec swarm.ServiceSpec) string {
	var text strings.Builder
	for i, node := range nodes {
		if i == maxNodes {
			fmt.Fprintf(&text, "\n    and %d more nodes", len(nodes)-i)
			break
		}
		reason := cmp.Or(eligible(node, spec), "it has no room for it, or no free port")
		fmt.Fprintf(&text, "\n    node %s: %s", cmp.Or(node.Description.Hostname, node.ID), reason)
	}
	return text.String()
}

// sortNodes puts them in the order in which they are shown.
func sortNodes(nodes []swarm.Node) {
	slices.SortFunc(nodes, func(a, b swarm.Node) int {
		return cmp.Or(cmp.Compare(a.Description.Hostname, b.Description.Hostname), cmp.Compare(a.ID, b.ID))
	})
}
