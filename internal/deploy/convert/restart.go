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
		return s.oldRestart()
	}
	at := s.path("deploy", "restart_policy")
	s.oneOf(at.at("condition"), p.Condition, "none", "on-failure", "any")
	if p.Delay != nil {
		s.notNegative(at.at("delay"), *p.Delay)
	}
	if p.Window != nil {
		s.notNegative(at.at("window"), *p.Window)
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
func (s service) oldRestart() *swarm.RestartPolicy {
	if s.Restart == "" {
		return nil
	}
	name, attempts, ok := cutRestart(s.Restart)
	condition := map[string]swarm.RestartPolicyCondition{
		"no":             swarm.RestartPolicyConditionNone,
		"always":         swarm.RestartPolicyConditionAny,
		"unless-stopped": swarm.RestartPolicyConditionAny,
		"on-failure":     swarm.RestartPolicyConditionOnFailure,
	}[name]
	if !ok || condition == "" {
		s.failAt(s.path("restart"), "restart %q: expected no, always, unless-stopped, on-failure or on-failure:COUNT", s.Restart)
		return nil
	}
	return &swarm.RestartPolicy{Condition: condition, MaxAttempts: attempts}
}

func cutRestart(restart string) (name string, attempts *uint64, ok bool) {
	name, count, _ := strings.Cut(restart, ":")
	if count == "" {
		return name, nil, true
	}
	n, err := strconv.ParseUint(count, 10, 31)
	if n == 0 {
		return name, nil, err == nil
	}
	return name, &n, err == nil
}
