package deploy

import (
	"cmp"
	"time"

	"github.com/docker/docker/api/types/swarm"
)

const (
	defaultTimeout = 300 * time.Second
	// maxPull is how long a service's clock stands still while images are pulled.
	maxPull = 30 * time.Minute
)

// clock is the time that one service takes. It starts at the first look, which
// comes right after the service was sent, and stands still while an image is
// pulled: that takes as long as the network does.
type clock struct {
	limit  time.Duration
	seen   time.Time
	spent  time.Duration
	pulled time.Duration
}

// pass lets the clock go on to a look.
func (c *clock) pass(now time.Time, pulling bool) {
	if c.seen.IsZero() {
		c.seen = now
	}
	since := now.Sub(c.seen)
	c.seen = now
	if pulling && c.pulled < maxPull {
		c.pulled += since
		return
	}
	c.spent += since
}

func (c *clock) over() bool { return c.spent >= c.limit }

// patience is how long a service may take: what the operator, the recipe or the
// app says (0: nobody does), but never less than its healthcheck allows itself.
func patience(asked time.Duration, spec swarm.ServiceSpec) time.Duration {
	if asked <= 0 {
		asked = defaultTimeout
	}
	return min(max(asked, healthWindow(spec)+holdTime(spec)), maxTimeout)
}

const (
	// defaultMonitor is the engine's.
	defaultMonitor = 5 * time.Second
	// maxProbing bounds how long healthchecks lengthen the time for which a service
	// has to stay up: some recipes give theirs ten minutes to fail.
	maxProbing = 30 * time.Second
)

// holdTime is how long a service has to stay up before it counts as well: its
// monitor time, and so long that its healthcheck could have failed again.
func holdTime(spec swarm.ServiceSpec) time.Duration {
	hold := defaultMonitor
	if spec.UpdateConfig != nil && spec.UpdateConfig.Monitor > 0 {
		hold = spec.UpdateConfig.Monitor
	}
	return max(hold, min(probeTime(spec.TaskTemplate.ContainerSpec), maxProbing))
}

// Defaults of the engine's healthchecks.
const (
	defaultInterval = 30 * time.Second
	defaultRetries  = 3
)

// healthWindow is how long a task may take until its healthcheck fails.
func healthWindow(spec swarm.ServiceSpec) time.Duration {
	probing := probeTime(spec.TaskTemplate.ContainerSpec)
	if probing == 0 {
		return 0
	}
	return probing + min(spec.TaskTemplate.ContainerSpec.Healthcheck.StartPeriod, maxTimeout)
}

// probeTime is how long it takes at least until a healthcheck fails; 0 where the
// spec has none.
func probeTime(container *swarm.ContainerSpec) time.Duration {
	if container == nil || container.Healthcheck == nil || len(container.Healthcheck.Test) == 1 {
		return 0
	}
	interval, retries := cmp.Or(container.Healthcheck.Interval, defaultInterval), cmp.Or(container.Healthcheck.Retries, defaultRetries)
	// Bounded before they are multiplied: recipes are written by strangers.
	return min(interval, maxTimeout) * time.Duration(min(retries, 1000))
}
