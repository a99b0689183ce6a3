package deploy

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/docker/docker/api/types/swarm"
)

const (
	pollInterval   = 250 * time.Millisecond
	defaultTimeout = 300 * time.Second
	// maxSilence is how long looks may fail: a restart of the engine, a manager
	// election or a short loss of the network is no failed deploy.
	maxSilence = time.Minute
	logLines   = 10
)

// waiter waits until services have converged.
type waiter struct {
	*Deployer
	emit    func(Event)
	phase   Phase
	stack   string
	watches []*watch
	shown   map[string]string // service → what was said last
	settled map[string]bool
}

// newWaiter watches services, ID → name. before is what the stack was like
// when the work began: its failures and update states are history. A service
// that is untouched and was not healthy then does not make the work fail.
func (a *applier) newWaiter(phase Phase, before look, ids map[string]string, untouched map[string]bool) *waiter {
	w := &waiter{
		Deployer: a.Deployer, emit: a.emit, phase: phase, stack: a.plan.Stack,
		shown: map[string]string{}, settled: map[string]bool{},
	}
	old := map[string]bool{}
	for _, task := range before.tasks {
		old[task.ID] = true
	}
	for id, name := range ids {
		watch := &watch{
			name: name, id: id, old: old, stale: before.services[id].UpdateStatus,
			counted: map[string]bool{}, inARow: map[string]int{},
		}
		watch.ill = untouched[id] && !watch.look(before).converged
		w.watches = append(w.watches, watch)
	}
	slices.SortFunc(w.watches, func(a, b *watch) int { return strings.Compare(a.name, b.name) })
	return w
}

// wait returns nil when all have converged, the failures of those that will
// not, or the failures TimedOut. The error is not nil where the swarm could not
// be asked, or the context ended.
func (w *waiter) wait(ctx context.Context, timeout time.Duration) ([]Failure, error) {
	deadline := time.Now().Add(timeout)
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for heard := time.Now(); ; {
		l, err := takeLook(ctx, w.Swarm, w.stack)
		if err == nil {
			heard = time.Now()
			if failures, done := w.judge(l); done {
				return w.withLogs(ctx, failures), nil
			}
			if l.at.After(deadline) {
				return w.withLogs(ctx, w.late(l, timeout)), nil
			}
		} else if time.Since(heard) >= maxSilence || ctx.Err() != nil {
			return nil, cmp.Or(ctx.Err(), err)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-tick.C:
		}
	}
}

// judge looks at every service. It is done when all have settled, when one
// failed for good, or when none of the rest makes progress.
func (w *waiter) judge(l look) (failures []Failure, done bool) {
	var looping, ill []Failure
	waiting, progress := 0, false
	for _, watch := range w.watches {
		s := watch.look(l)
		w.show(watch, s)
		switch {
		case watch.ill && s.failure != nil:
			ill = append(ill, *s.failure)
		case s.failure != nil:
			failures = append(failures, *s.failure)
		case s.settled:
			progress = progress || !w.settled[watch.name]
			w.settled[watch.name] = true
		case s.looping != nil:
			looping = append(looping, *s.looping)
		default:
			waiting++
		}
	}
	if progress {
		w.forgive()
	}
	switch {
	case len(failures) > 0:
		return slices.Concat(failures, looping, ill), true
	case waiting > 0 || progress && len(looping) > 0:
		return nil, false
	}
	return append(looping, ill...), true
}

// forgive: what crashed may have waited for what has now come up.
func (w *waiter) forgive() {
	for _, watch := range w.watches {
		watch.forgive()
	}
}

// late are the services that have not settled in time.
func (w *waiter) late(l look, timeout time.Duration) []Failure {
	var late []Failure
	for _, watch := range w.watches {
		s := watch.look(l)
		if s.settled {
			continue
		}
		message := fmt.Sprintf("%d of %d tasks run after %s, state %s", s.running, s.desired, timeout, s.state)
		if s.detail != "" {
			message += "; " + s.detail
		}
		last := newest(watch.failures(tasksOf(watch.id, l), false))
		late = append(late, *watch.fail(TimedOut, message, last))
	}
	return late
}

// show reports what changed since the last look.
func (w *waiter) show(watch *watch, s standing) {
	if s.settled {
		s.state = "converged"
	}
	text := fmt.Sprint(s.running, s.desired, s.state, s.detail)
	if w.shown[watch.name] == text {
		return
	}
	w.shown[watch.name] = text
	w.emit(Event{Phase: w.phase, Kind: ServiceKind, Name: watch.name, State: s.state, Running: s.running, Desired: s.desired, Detail: s.detail})
}

// withLogs adds the last words of the tasks that failed.
func (w *waiter) withLogs(ctx context.Context, failures []Failure) []Failure {
	for i := range failures {
		if failures[i].task != "" {
			// The node may be gone, or the log driver may keep nothing to read.
			failures[i].Logs, _ = w.Swarm.LastLogs(ctx, failures[i].task, logLines)
		}
	}
	return failures
}

// patience is how long services may take where the operator did not say: never
// less than their healthchecks allow themselves.
func patience(asked time.Duration, specs []swarm.ServiceSpec) time.Duration {
	if asked <= 0 {
		asked = defaultTimeout
	}
	for _, spec := range specs {
		asked = max(asked, healthWindow(spec)+monitor(spec))
	}
	return min(asked, maxTimeout)
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

// probeTime is how long it takes at least until a healthcheck fails; 0 where there
// is none.
func probeTime(container *swarm.ContainerSpec) time.Duration {
	if container == nil || container.Healthcheck == nil || len(container.Healthcheck.Test) == 1 {
		return 0
	}
	interval, retries := cmp.Or(container.Healthcheck.Interval, defaultInterval), cmp.Or(container.Healthcheck.Retries, defaultRetries)
	// Bounded before they are multiplied: recipes are written by strangers.
	return min(interval, maxTimeout) * time.Duration(min(retries, 1000))
}
