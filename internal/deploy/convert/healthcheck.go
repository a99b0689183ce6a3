package convert

import (
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
	health := &container.HealthConfig{
		Test:          slices.Clone(check.Test),
		Interval:      duration(check.Interval),
		Timeout:       duration(check.Timeout),
		StartPeriod:   duration(check.StartPeriod),
		StartInterval: duration(check.StartInterval),
	}
	if check.Retries != nil {
		health.Retries = int(*check.Retries)
	}
	s.refuseHealth(health)
	return health
}

func duration(d *time.Duration) time.Duration {
	if d == nil {
		return 0
	}
	return *d
}
