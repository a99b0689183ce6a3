package convert

import (
	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/stack"
)

// updateConfig is nil where the block is: the engine's defaults then hold. A
// block without parallelism means one task at a time; 0 means all at once.
func updateConfig(u *stack.UpdateConfig) *swarm.UpdateConfig {
	if u == nil {
		return nil
	}
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
