package convert

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/docker/docker/api/types/swarm"
)

// The grammar of swarmkit's constraints (manager/constraint).
var (
	constraintKey   = regexp.MustCompile(`^(?i)[a-z_][a-z0-9\-_.]+$`)
	constraintValue = regexp.MustCompile(`^(?i)[a-z0-9:\-_\s\.\*\(\)\?\+\[\]\\\^\$\|\/]+$`)
)

func (s service) placement() *swarm.Placement {
	for i, expr := range s.Deploy.Constraints {
		if !validConstraint(expr) {
			s.failAt(s.path("deploy", "placement", "constraints", strconv.Itoa(i)),
				"constraint %q: expected KEY == VALUE or KEY != VALUE, such as node.role == manager", expr)
		}
	}
	return &swarm.Placement{
		Constraints: slices.Clone(s.Deploy.Constraints),
		Preferences: spread(s.Deploy.Preferences),
		MaxReplicas: s.Deploy.MaxReplicas,
	}
}

func validConstraint(expr string) bool {
	key, value, ok := strings.Cut(expr, "==")
	if !ok {
		key, value, ok = strings.Cut(expr, "!=")
	}
	return ok && constraintKey.MatchString(strings.TrimSpace(key)) && constraintValue.MatchString(strings.TrimSpace(value))
}

func spread(descriptors []string) []swarm.PlacementPreference {
	var out []swarm.PlacementPreference
	for _, d := range descriptors {
		out = append(out, swarm.PlacementPreference{Spread: &swarm.SpreadOver{SpreadDescriptor: d}})
	}
	return out
}
