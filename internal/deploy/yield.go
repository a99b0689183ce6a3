package deploy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/docker/docker/api/types/swarm"
)

// holds reports whether the dependent has to wait on for a dependency. The
// operator's recipe may well have worked without any order, which Swarm never
// kept: see yields.
func (w *waiter) holds(dependent Action, dependency string) bool {
	watch := w.watchOf(dependency)
	return watch != nil && !w.last[dependency].up && !w.yields(dependent, watch)
}

// yields reports whether a dependency that is not up holds the dependent up no
// longer, for it may not come up without it:
//   - what the deploy does not touch, and was not up before either, once it has
//     failed or half of its time has passed: the deploy may be the cure;
//   - for a service that runs nowhere yet, so that nothing is lost by sending it:
//     what failed its healthcheck, or has half of its time behind it;
//   - what is said to run once, but goes on running for half of its time.
func (w *waiter) yields(dependent Action, watch *watch) bool {
	s := w.last[watch.name]
	broken := s.failure != nil || s.looping != nil
	switch {
	case watch.ill:
		return broken || watch.overdue()
	case watch.once && s.converged && watch.overdue():
		return true
	case dependent.Op == Create:
		return s.failure == nil && (watch.unhealthy || s.looping == nil && watch.overdue())
	}
	return false
}

// overdue: half of the time is over, and all that the healthcheck asks for.
func (w *watch) overdue() bool {
	return w.clock.spent > 0 && w.clock.spent >= max(w.clock.limit/2, w.window)
}

// watchOf is the watch of a service; nil where it is not sent, or unknown.
func (w *waiter) watchOf(name string) *watch {
	for _, watch := range w.watches {
		if watch.name == name {
			return watch
		}
	}
	return nil
}

// yielded names the dependencies that are not up, though the service goes.
func (w *waiter) yielded(q *queue, dependent Action) []string {
	var names []string
	for _, name := range q.needs[dependent.Name] {
		if w.watchOf(name) != nil && !w.last[name].up {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// tell says of each unsent service what it waits for.
func (q *queue) tell(w *waiter) {
	for _, action := range q.waiting {
		text := "waits for " + strings.Join(q.blockers(action, w.holds), ", ")
		if q.told[action.Name] != text {
			q.told[action.Name] = text
			w.emit(w.aside(action, HeldState, text))
		}
	}
}

// giveUp says that what is not sent by now will not be.
func (q *queue) giveUp(w *waiter) {
	for _, action := range q.waiting {
		w.emit(w.aside(action, HeldState, "not sent"))
	}
}

// aside is an event of a service that is not sent: what runs of it is as before.
func (w *waiter) aside(action Action, state, text string) Event {
	s := newWatch(action.ID, action.Name, w.old).look(w.before)
	if action.ID == "" {
		s.desired = wanted(swarm.Service{Spec: *action.service}, look{})
	}
	return Event{Phase: WaitPhase, Kind: ServiceKind, Name: action.Name, State: state, Running: s.running, Desired: s.desired, Detail: text}
}

// release says that a service goes before what it depends on is up, and lets the
// crashes of that count anew.
func (q *queue) release(w *waiter, action Action) {
	names := w.yielded(q, action)
	if len(names) == 0 {
		return
	}
	for _, name := range names {
		w.watchOf(name).forgive()
	}
	w.emit(w.aside(action, ReleasedState, fmt.Sprintf(
		"sent although depends_on names %s, which does not come up: it may wait for this service in turn", strings.Join(names, ", "))))
}
