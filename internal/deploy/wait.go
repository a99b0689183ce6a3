package deploy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

const (
	pollInterval = 250 * time.Millisecond
	// maxSilence is how long looks may fail: a restart of the engine, a manager
	// election or a short loss of the network is no failed deploy.
	maxSilence = time.Minute
)

// errUnseen: the swarm cannot be asked how the services fare. What was sent may
// well come up, so nothing is put back.
var errUnseen = errors.New("the swarm does not answer")

// waiter waits until services have converged.
type waiter struct {
	*Deployer
	emit  func(Event)
	phase Phase
	stack string
	asked time.Duration // for each service; 0: nobody says
	queue *queue        // what is not sent yet; nil where everything is

	before  look
	old     map[string]bool // tasks from before
	watches []*watch
	last    map[string]standing // service → what the last look showed
	shown   map[string]Event    // service → what was said last
	settled map[string]bool
	words   *lastLines
}

// newWaiter watches services, ID → name. before is what the stack was like
// when the work began: its failures and update states are history. A service
// that is untouched and was not healthy then does not make the work fail.
func (a *applier) newWaiter(phase Phase, before look, ids map[string]string, untouched bool) *waiter {
	w := &waiter{
		Deployer: a.Deployer, emit: a.emit, phase: phase, stack: a.plan.Stack, before: before, old: map[string]bool{},
		last: map[string]standing{}, shown: map[string]Event{}, settled: map[string]bool{}, words: newLastLines(a.Swarm),
	}
	for _, task := range before.tasks {
		w.old[task.ID] = true
	}
	for id, name := range ids {
		w.watch(id, name, untouched)
	}
	return w
}

// watch adds a service. Its clock starts at the next look.
func (w *waiter) watch(id, name string, untouched bool) {
	added := newWatch(id, name, w.old)
	added.stale = w.before.services[id].UpdateStatus
	if untouched {
		w.last[name] = added.look(w.before)
		added.ill = !w.last[name].converged
	}
	w.watches = append(w.watches, added)
	slices.SortFunc(w.watches, func(a, b *watch) int { return strings.Compare(a.name, b.name) })
}

// wait returns nil when all have converged, the failures of those that will
// not, or the failures TimedOut. asked is how long each may take; 0 is the
// default. The error is a write that failed, ctx's, or errUnseen.
func (w *waiter) wait(ctx context.Context, asked time.Duration) ([]Failure, error) {
	w.asked = asked
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for heard := time.Now(); ; {
		if err := w.feed(ctx); err != nil {
			return nil, err
		}
		l, err := takeLook(ctx, w.Swarm, w.stack)
		if err == nil {
			heard = time.Now()
			if failures, done := w.judge(l); done {
				return w.withLogs(ctx, failures), nil
			}
			if w.more() {
				continue
			}
		} else if time.Since(heard) >= maxSilence && ctx.Err() == nil {
			return nil, fmt.Errorf("%w: %w", errUnseen, err)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-tick.C:
		}
	}
}

// judge looks at every service. It is done when all have settled, when one
// failed for good, or when none of the rest makes progress in its time.
func (w *waiter) judge(l look) (failures []Failure, done bool) {
	var v verdicts
	for _, watch := range w.watches {
		s := watch.look(l)
		watch.clock.limit = patience(w.asked, l.services[watch.id].Spec)
		watch.clock.pass(l.at, s.pulling)
		w.last[watch.name] = s
		w.show(watch, s)
		w.sort(&v, watch, s, l)
	}
	if v.progress {
		w.forgive()
	}
	rest := slices.Concat(v.looping, v.late, v.ill)
	if v.waiting == 0 && len(v.failures)+len(rest) == 0 {
		w.queue.free()
	}
	switch {
	case len(v.failures) > 0:
		return slices.Concat(v.failures, v.looping, v.ill), true
	case v.waiting > 0 || v.progress && len(v.looping) > 0 || w.more():
		return nil, false
	}
	return rest, true
}

// verdicts are what one look says of all services.
type verdicts struct {
	failures []Failure // for good
	looping  []Failure // they may yet come up, if anything else does
	late     []Failure
	ill      []Failure // as they were before
	waiting  int
	progress bool // one has just settled
}

func (w *waiter) sort(v *verdicts, watch *watch, s standing, l look) {
	switch {
	case watch.ill && s.failure != nil:
		v.ill = append(v.ill, *s.failure)
	case s.failure != nil:
		v.failures = append(v.failures, *s.failure)
	case s.settled && (s.up || !w.queue.holdsBack(watch.name)):
		v.progress = v.progress || !w.settled[watch.name]
		w.settled[watch.name] = true
	case s.looping != nil:
		v.looping = append(v.looping, *s.looping)
	case watch.clock.over():
		v.late = append(v.late, watch.late(s, l))
	default:
		v.waiting++
	}
}

// more reports whether anything may be sent by now.
func (w *waiter) more() bool { return w.queue != nil && len(w.queue.ready(w.holds)) > 0 }

// forgive: what crashed may have waited for what has now come up.
func (w *waiter) forgive() {
	for _, watch := range w.watches {
		watch.forgive()
	}
}

// late is a service that has not settled in time.
func (w *watch) late(s standing, l look) Failure {
	message := fmt.Sprintf("%d of %d tasks run after %s, state %s", s.running, s.desired, w.clock.limit, s.state)
	if w.clock.pulled >= time.Second {
		message += fmt.Sprintf(", not counting %s for pulling images", w.clock.pulled.Round(time.Second))
	}
	if s.detail != "" {
		message += "; " + s.detail
	}
	message += l.lost(w.id)
	last := newest(w.failures(tasksOf(w.id, l), false))
	return *w.fail(TimedOut, message, last)
}
