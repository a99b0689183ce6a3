package deploy

import (
	"fmt"

	"github.com/docker/docker/api/types/swarm"
)

// failureLimit is how many tasks of one slot may fail in a row. Apps may crash
// until their database is up: while another service makes progress, counting
// starts anew.
const failureLimit = 3

// judgeFailures tells a service that failed, or keeps failing, from one that is
// on its way.
func (w *watch) judgeFailures(s *standing, service swarm.Service, tasks []swarm.Task, slots map[string]swarm.Task, l look) {
	once := runsOnce(service.Spec)
	failures := w.failures(tasks, once)
	last := newest(failures)
	s.troubled = last.ID
	switch count := w.mostInARow(failures); {
	case s.failure != nil: // the engine gave its verdict; it may have put the old spec back
		last = newest(w.failures(tasksOf(service.ID, l), once))
		s.failure = w.explain(*s.failure, service.Spec, last)
	case s.converged || last.ID == "":
		return
	case w.gaveUp(slots, once):
		s.failure = w.failAs(service.Spec, last, lastWords(last)+"; the engine has given up restarting it")
	case count >= failureLimit:
		s.looping = w.failAs(service.Spec, last, fmt.Sprintf("%d tasks in a row failed, the last with: %s", count, lastWords(last)))
	}
	if s.detail == "" && last.ID != "" {
		s.detail = "last task: " + lastWords(last)
	}
}

// explain adds the task because of which the engine gave up. The verdict may be
// seen a moment before the task is.
func (w *watch) explain(verdict Failure, spec swarm.ServiceSpec, task swarm.Task) *Failure {
	if w.verdicts++; task.ID == "" && w.verdicts < patienceForTask {
		return nil
	}
	if task.ID == "" {
		return &verdict
	}
	return w.failAs(spec, task, verdict.Message+"; last task: "+lastWords(task))
}

// failAs is a failure of the kind that the task shows.
func (w *watch) failAs(spec swarm.ServiceSpec, task swarm.Task, message string) *Failure {
	kind := kindOf(task)
	if kind == Crashed && neverAgain(spec) {
		kind = OneShot
		message = exitText(task) + message
	}
	return w.fail(kind, message, task)
}

const patienceForTask = 8 // looks

// failures are the tasks that failed since the deploy began.
func (w *watch) failures(tasks []swarm.Task, once bool) []swarm.Task {
	var found []swarm.Task
	for _, task := range tasks {
		if failed(task, once) && (w.ill || !w.old[task.ID]) {
			found = append(found, task)
		}
	}
	return found
}

// mostInARow is the highest count of failures that one slot has. Each counts
// once, however long the engine remembers it.
func (w *watch) mostInARow(failures []swarm.Task) int {
	for _, task := range failures {
		if w.counted[task.ID] || w.old[task.ID] {
			continue
		}
		w.counted[task.ID] = true
		w.inARow[slotOf(task)]++
		w.unhealthy = w.unhealthy || kindOf(task) == Unhealthy
	}
	most := 0
	for _, count := range w.inARow {
		most = max(most, count)
	}
	return most
}

// forgive lets counting start anew: something that this service may depend on
// has come up.
func (w *watch) forgive() { clear(w.inARow) }

// gaveUp reports whether the engine replaces a failed task no more: it marks
// the task as unwanted in the same step in which it makes the next one. As the
// lists of a look are not of one instant, it has to be seen some times.
func (w *watch) gaveUp(slots map[string]swarm.Task, once bool) bool {
	for _, task := range slots {
		if failed(task, once) && rank(task.DesiredState) > runningRank {
			w.abandoned++
			return w.abandoned >= 3
		}
	}
	w.abandoned = 0
	return false
}

func tasksOf(service string, l look) []swarm.Task {
	var found []swarm.Task
	for _, task := range l.tasks {
		if task.ServiceID == service {
			found = append(found, task)
		}
	}
	return found
}

// newest is the task made last; the zero task where there is none.
func newest(tasks []swarm.Task) swarm.Task {
	var last swarm.Task
	for _, task := range tasks {
		if last.ID == "" || task.CreatedAt.After(last.CreatedAt) {
			last = task
		}
	}
	return last
}

func (w *watch) fail(kind FailureKind, message string, task swarm.Task) *Failure {
	return &Failure{Service: w.name, Kind: kind, Message: message, Ill: w.ill, task: task.ID}
}
