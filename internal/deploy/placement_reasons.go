package deploy

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/docker/docker/api/types/swarm"
)

// reasons are why nodes do not take a task: the same one once, with its nodes.
type reasons []reason

type reason struct {
	text  string
	nodes []string
}

// Bounds of what is shown of a large swarm.
const (
	shownReasons = 10
	shownNodes   = 5
)

func (r *reasons) add(node swarm.Node, text string) {
	name := cmp.Or(node.Description.Hostname, node.ID)
	for i := range *r {
		if (*r)[i].text == text {
			(*r)[i].nodes = append((*r)[i].nodes, name)
			return
		}
	}
	*r = append(*r, reason{text, []string{name}})
}

func (r reasons) String() string {
	var text strings.Builder
	for i, one := range r {
		if i == shownReasons {
			fmt.Fprintf(&text, "\n  and %d more reasons", len(r)-i)
			break
		}
		nodes := strings.Join(one.nodes[:min(len(one.nodes), shownNodes)], ", ")
		if more := len(one.nodes) - shownNodes; more > 0 {
			nodes += fmt.Sprintf(" and %d more", more)
		}
		fmt.Fprintf(&text, "\n  node %s: %s", nodes, one.text)
	}
	return text.String()
}
