package convert

import (
	"time"

	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/stack"
)

// updateConfig is nil where the block is: the engine's defaults then hold. A
// block without parallelism means one task at a time; 0 means all at once.
func (s service) updateConfig(block string, u *stack.UpdateConfig) *swarm.UpdateConfig {
	if u == nil {
		return nil
	}
	s.checkUpdate(block, u)
	parallelism := uint64(1)
	if u.Parallelism != nil {
		parallelism = *u.Parallelism
	}
	return &swarm.UpdateConfig{
		Parallelism:     parallelism,
		Delay:           u.Delay,
		FailureAction:   u.FailureAction,
		Monitor:         u.Monitor,
		MaxFailureRatio: u.MaxFailureRatio,
		Order:           u.Order,
	}
}

func (s service) checkUpdate(block string, u *stack.UpdateConfig) {
	at := s.path("deploy", block)
	s.oneOf(at.at("failure_action"), u.FailureAction, "pause", "continue", "rollback")
	s.oneOf(at.at("order"), u.Order, "stop-first", "start-first")
	s.notNegative(at.at("delay"), u.Delay)
	s.notNegative(at.at("monitor"), u.Monitor)
	if !(u.MaxFailureRatio >= 0 && u.MaxFailureRatio <= 1) { // also catches NaN
		s.failAt(at.at("max_failure_ratio"), "max_failure_ratio %g: expected 0 to 1", u.MaxFailureRatio)
	}
}

func (s service) notNegative(at path, d time.Duration) {
	if d < 0 {
		s.failAt(at, "%s %s: expected 0 or more", at[len(at)-1], d)
	}
}
