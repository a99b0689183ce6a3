package deploy

import (
	"net"
	"strings"

	"github.com/docker/docker/api/types/swarm"
)

// constraint is a placement constraint, read as swarmkit's manager/constraint
// reads it: keys and values in any case, but names of labels exactly.
type constraint struct {
	key, value string
	not        bool // !=
}

// parseConstraint reports false for what is none; the engine refuses it, and so
// does package stack.
func parseConstraint(text string) (constraint, bool) {
	for _, operator := range []string{"==", "!="} {
		if key, value, found := strings.Cut(text, operator); found {
			return constraint{strings.TrimSpace(key), strings.TrimSpace(value), operator == "!="}, true
		}
	}
	return constraint{}, false
}

// holds reports whether the node meets the constraint. No node meets one about
// something unknown, not even a negated one.
func (c constraint) holds(node swarm.Node) bool {
	if strings.EqualFold(c.key, "node.ip") {
		return c.holdsForIP(net.ParseIP(node.Status.Addr))
	}
	_, value, known := c.subject(node)
	return known && strings.EqualFold(value, c.value) != c.not
}

// holdsForIP compares with an address or a subnet.
func (c constraint) holdsForIP(ip net.IP) bool {
	if one := net.ParseIP(c.value); one != nil {
		return one.Equal(ip) != c.not
	}
	_, subnet, err := net.ParseCIDR(c.value)
	return err == nil && subnet.Contains(ip) != c.not
}

// subject is what the constraint's key speaks of, and its value on the node. A
// label that is missing has the value "".
func (c constraint) subject(node swarm.Node) (name, value string, known bool) {
	switch lower := strings.ToLower(c.key); {
	case lower == "node.id":
		return "ID", node.ID, true
	case lower == "node.hostname":
		return "hostname", node.Description.Hostname, true
	case lower == "node.ip":
		return "address", node.Status.Addr, true
	case lower == "node.role":
		return "role", string(node.Spec.Role), true
	case lower == "node.platform.os":
		return "system", node.Description.Platform.OS, true
	case lower == "node.platform.arch":
		return "architecture", node.Description.Platform.Architecture, true
	}
	if label, ok := cutPrefixFold(c.key, "node.labels."); ok {
		return "label " + label, node.Spec.Labels[label], true
	}
	if label, ok := cutPrefixFold(c.key, "engine.labels."); ok {
		return "engine label " + label, node.Description.Engine.Labels[label], true
	}
	return "", "", false
}

// cutPrefixFold wants something behind the prefix.
func cutPrefixFold(s, prefix string) (after string, found bool) {
	if len(s) <= len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

// instead says how it is on the node.
func (c constraint) instead(node swarm.Node) string {
	name, value, known := c.subject(node)
	switch {
	case !known:
		return "Swarm knows no " + c.key
	case value == "":
		return "it has no " + name
	}
	return "its " + name + " is " + value
}
