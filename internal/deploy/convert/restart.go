package convert

import (
	"strconv"
	"strings"

	"github.com/docker/docker/api/types/swarm"
)

// restartPolicy prefers deploy.restart_policy. The old restart: is announced
// as ignored by Docker and yet converted.
func (s service) restartPolicy() *swarm.RestartPolicy {
	p := s.Deploy.Restart
	if p == nil {
		return oldRestart(s.Restart)
	}
	return &swarm.RestartPolicy{
		Condition:   swarm.RestartPolicyCondition(p.Condition),
		Delay:       p.Delay,
		MaxAttempts: p.MaxAttempts,
		Window:      p.Window,
	}
}

// oldRestart differs from Docker for "no": there it becomes no policy at all,
// which the engine reads as "restart always".
func oldRestart(restart string) *swarm.RestartPolicy {
	name, count, _ := strings.Cut(restart, ":")
	switch name {
	case "no":
		return &swarm.RestartPolicy{Condition: swarm.RestartPolicyConditionNone}
	case "always", "unless-stopped":
		return &swarm.RestartPolicy{Condition: swarm.RestartPolicyConditionAny, MaxAttempts: attempts(count)}
	case "on-failure":
		return &swarm.RestartPolicy{Condition: swarm.RestartPolicyConditionOnFailure, MaxAttempts: attempts(count)}
	}
	return nil
}

// attempts is nil, without end, for no number and for 0.
func attempts(count string) *uint64 {
	n, err := strconv.ParseUint(count, 10, 64)
	if err != nil || n == 0 {
		return nil
	}
	return &n
}
