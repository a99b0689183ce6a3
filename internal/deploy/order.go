package deploy

import "slices"

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
