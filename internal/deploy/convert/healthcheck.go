package convert

import (
	"math"
	"slices"
	"time"

	"github.com/docker/docker/api/types/container"
)

// healthcheck leaves out what the file does; the image's own check then fills
// it in.
func (s service) healthcheck() *container.HealthConfig {
	check := s.Healthcheck
	switch {
	case check == nil:
		return nil
	case check.Disable:
		return &container.HealthConfig{Test: []string{"NONE"}}
	}
	return &container.HealthConfig{
		Test:          slices.Clone(check.Test),
		Interval:      duration(check.Interval),
		Timeout:       duration(check.Timeout),
		StartPeriod:   duration(check.StartPeriod),
		StartInterval: duration(check.StartInterval),
		Retries:       retries(check.Retries),
	}
}

func duration(d *time.Duration) time.Duration {
	if d == nil {
		return 0
	}
	return *d
}

// retries ends where the engine's number does.
func retries(n *uint64) int {
	if n == nil {
		return 0
	}
	return int(min(*n, math.MaxInt32))
}
