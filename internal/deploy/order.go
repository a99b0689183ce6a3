package deploy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/docker/docker/api/types/swarm"
)

// queue holds the services that are not sent yet.
type queue struct {
	*applier
	waiting []Action
	needs   map[string][]string // service → all that it depends on, near and far
	told    map[string]string   // service → what was last said of it
}

func newQueue(a *applier) *queue {
	q := &queue{applier: a, waiting: a.plan.objects(ServiceKind), needs: map[string][]string{}, told: map[string]string{}}
	for _, action := range q.waiting {
		q.needs[action.Name] = reachable(a.plan.DependsOn, action.Name)
	}
	return q
}

// reachable lists what a service depends on: behind an unchanged one may stand
// one that changes. The graph of a plan that was saved may hold anything.
func reachable(graph map[string][]string, name string) []string {
	found, seen := []string{}, map[string]bool{name: true}
	for next := []string{name}; len(next) > 0; next = next[1:] {
		for _, other := range graph[next[0]] {
			if !seen[other] {
				seen[other] = true
				found, next = append(found, other), append(next, other)
			}
		}
	}
	return found
}

// take removes the services that wait for nothing any more.
func (q *queue) take(holds func(dependent Action, dependency string) bool) []Action {
	ready := q.ready(holds)
	q.waiting = slices.DeleteFunc(q.waiting, func(action Action) bool {
		return slices.ContainsFunc(ready, func(r Action) bool { return r.Name == action.Name })
	})
	return ready
}

func (q *queue) ready(holds func(dependent Action, dependency string) bool) (ready []Action) {
	for _, action := range q.waiting {
		if len(q.blockers(action, holds)) == 0 {
			ready = append(ready, action)
		}
	}
	return ready
}

// blockers are the services that this one waits for.
func (q *queue) blockers(action Action, holds func(Action, string) bool) []string {
	var names []string
	for _, name := range q.needs[action.Name] {
		unsent := slices.ContainsFunc(q.waiting, func(a Action) bool { return a.Name == name })
		if unsent || holds(action, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// holdsBack reports whether any service is kept from being sent.
func (q *queue) holdsBack(name string) bool { return q != nil && len(q.heldBy(name)) > 0 }

// free sends the rest, whatever it depends on: nothing is left to wait for. Only a
// plan that was made elsewhere can have a circle.
func (q *queue) free() {
	if q != nil {
		clear(q.needs)
	}
}

// heldBy names the unsent services that depend on a service.
func (q *queue) heldBy(name string) []string {
	var names []string
	for _, action := range q.waiting {
		if slices.Contains(q.needs[action.Name], name) {
			names = append(names, action.Name)
		}
	}
	return names
}

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
		return s.failure == nil && (watch.unhealthy || watch.overdue())
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
