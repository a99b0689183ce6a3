package convert

import (
	"math"
	"slices"
	"time"

	"github.com/docker/docker/api/types/container"
)

func (s service) healthcheck() *container.HealthConfig {
	check := s.Healthcheck
	if check == nil {
		return nil
	}
	if check.Disable {
		if len(check.Test) > 0 {
			s.failAt(s.path("healthcheck"), "healthcheck: test and disable cannot both be set")
		}
		return &container.HealthConfig{Test: []string{"NONE"}}
	}
	return &container.HealthConfig{
		Test:          slices.Clone(check.Test),
		Interval:      s.healthDuration("interval", check.Interval),
		Timeout:       s.healthDuration("timeout", check.Timeout),
		StartPeriod:   s.healthDuration("start_period", check.StartPeriod),
		StartInterval: s.healthDuration("start_interval", check.StartInterval),
		Retries:       s.retries(check.Retries),
	}
}

// healthDuration refuses what swarmkit refuses: anything but 0, the image's
// own value, below a millisecond.
func (s service) healthDuration(key string, d *time.Duration) time.Duration {
	if d == nil {
		return 0
	}
	if *d != 0 && *d < time.Millisecond {
		s.failAt(s.path("healthcheck", key), "healthcheck %s %s: expected at least 1ms, or 0 for the default", key, *d)
	}
	return *d
}

func (s service) retries(n *uint64) int {
	if n == nil {
		return 0
	}
	if *n > math.MaxInt32 {
		s.failAt(s.path("healthcheck", "retries"), "healthcheck retries %d: expected at most %d", *n, math.MaxInt32)
		return 0
	}
	return int(*n)
}
