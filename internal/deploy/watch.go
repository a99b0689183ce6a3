package deploy

import (
	"slices"
	"strings"
	"time"

	"github.com/docker/docker/api/types/swarm"
)

// unschedulableGrace gives a node time to come back.
const unschedulableGrace = 10 * time.Second

// watch judges one service, look by look. It makes no call, and knows no time but
// that of the looks.
type watch struct {
	name  string
	id    string
	ill   bool                // untouched by the deploy, and not healthy before it either
	old   map[string]bool     // tasks from before: their failures are history
	stale *swarm.UpdateStatus // from before
	clock clock

	counted   map[string]bool // failed tasks that were counted
	inARow    map[string]int  // slot → failures in a row
	converged time.Time       // since when
	held      string          // by which tasks
	stuck     time.Time       // unschedulable since when
	verdicts  int             // looks at which the engine had stopped the update
	abandoned int             // looks in a row at which a failed task had no successor
	unhealthy bool            // a task failed its healthcheck
	window    time.Duration   // what its healthcheck allows itself
	once      bool            // it certainly runs once
	starting  time.Time       // since when a task has waited to become healthy
}

// newWatch watches a service; old are the tasks from before.
func newWatch(id, name string, old map[string]bool) *watch {
	return &watch{id: id, name: name, old: old, counted: map[string]bool{}, inARow: map[string]int{}}
}

// standing is what a watch concludes from one look.
type standing struct {
	running, desired uint64
	state            string // of the task that is least far
	detail           string
	health           string   // of that task; "" where it has no healthcheck
	troubled         string   // ID of a task whose last words tell more; "" where all goes well
	pulling          bool     // a task waits for its image
	converged        bool     // now
	up               bool     // so far that what depends on it may start
	settled          bool     // converged for long enough
	looping          *Failure // it keeps failing, but may yet come up
	failure          *Failure // it will not come up
}

func (w *watch) look(l look) standing {
	service, found := l.services[w.id]
	if !found {
		return standing{failure: w.fail(Stopped, "someone removed it", swarm.Task{})}
	}
	tasks := l.of(service)
	slots := bySlot(tasks)
	w.window, w.once = healthWindow(service.Spec), neverAgain(service.Spec)
	s := w.count(service, slots, l)
	w.judgeUpdate(&s, service)
	w.judgeFailures(&s, service, tasks, slots, l)
	w.judgePlacement(&s, service, slots, l)
	w.judgeTime(&s, service, slots, l)
	w.judgeHealth(&s, slots, l.at)
	s.up = isUp(s, service, slots)
	return s
}

// isUp reports whether what depends on the service may start. Its tasks run, and
// so are healthy where they have a healthcheck: the engine calls them starting
// before. What runs once has to have ended; what may be a server, to have stayed.
func isUp(s standing, service swarm.Service, slots map[string]swarm.Task) bool {
	switch {
	case !s.converged, s.failure != nil:
		return false
	case service.Spec.Mode.Global != nil && len(slots) == 0:
		return s.settled
	case runsOnce(service.Spec):
		return allComplete(slots) || s.settled && !neverAgain(service.Spec)
	}
	return !anyEnded(slots)
}

// anyEnded reports whether a task that is called running has no process any more. A
// program that exits with 0 when it is stopped as unhealthy, before it was ever
// healthy, counts as started (swarmkit sees no error), and for a moment as running.
func anyEnded(slots map[string]swarm.Task) bool {
	for _, task := range slots {
		container := task.Status.ContainerStatus
		if task.Status.State == swarm.TaskStateRunning && container != nil && container.ContainerID != "" && container.PID == 0 {
			return true
		}
	}
	return false
}

func allComplete(slots map[string]swarm.Task) bool {
	for _, task := range slots {
		if task.Status.State != swarm.TaskStateComplete {
			return false
		}
	}
	return true
}

// count says how many tasks are where they should be.
func (w *watch) count(service swarm.Service, slots map[string]swarm.Task, l look) standing {
	s := standing{desired: wanted(service, l)}
	once := runsOnce(service.Spec)
	least := swarm.TaskState("")
	for _, task := range slots {
		state := task.Status.State
		switch {
		case state == swarm.TaskStateComplete && once, state == swarm.TaskStateRunning && live(task):
			s.running++
		case live(task) && (least == "" || rank(state) < rank(least)):
			least = state
			s.detail = task.Status.Err
		}
		s.pulling = s.pulling || live(task) && state == swarm.TaskStatePreparing
	}
	s.converged = s.running >= s.desired
	s.state = string(least)
	if s.converged {
		s.state, s.detail = string(swarm.TaskStateRunning), ""
	} else if least == "" {
		s.state = string(swarm.TaskStateNew)
	}
	return s
}

// wanted is how many tasks a service is to have.
func wanted(service swarm.Service, l look) uint64 {
	mode := service.Spec.Mode
	switch {
	case mode.Global != nil || mode.GlobalJob != nil:
		return eligibleNodes(service, l)
	case mode.ReplicatedJob != nil && mode.ReplicatedJob.TotalCompletions != nil:
		return *mode.ReplicatedJob.TotalCompletions
	case mode.Replicated != nil && mode.Replicated.Replicas != nil:
		return *mode.Replicated.Replicas
	}
	return 1
}

// eligibleNodes counts the nodes that got a task: the engine decides which do.
func eligibleNodes(service swarm.Service, l look) uint64 {
	nodes := map[string]bool{}
	for _, task := range l.tasks {
		if task.ServiceID == service.ID && l.ready[task.NodeID] && (live(task) || l.current[task.ID]) {
			nodes[task.NodeID] = true
		}
	}
	return uint64(len(nodes))
}

// judgeUpdate heeds what the engine says about its own update; what it said
// before this deploy lingers and means nothing.
func (w *watch) judgeUpdate(s *standing, service swarm.Service) {
	status := service.UpdateStatus
	if status == nil || w.isStale(status) {
		return
	}
	switch status.State {
	case swarm.UpdateStateUpdating:
		s.state = string(status.State)
	case swarm.UpdateStateCompleted:
	default: // paused, rollback_*
		if status.State == swarm.UpdateStatePaused && s.converged && runsOnce(service.Spec) {
			return // it ended within the monitor time, as it should: the engine calls that a failure
		}
		s.converged = false
		s.failure = w.fail(Stopped, strings.TrimSpace(status.Message), swarm.Task{})
	}
}

func (w *watch) isStale(status *swarm.UpdateStatus) bool {
	return w.stale != nil && w.stale.StartedAt != nil && status.StartedAt != nil && w.stale.StartedAt.Equal(*status.StartedAt)
}

// judgeTime wants convergence to hold for a while, see holdTime, with the same tasks:
// one that crashes and is replaced between two looks does not hold. Tasks that
// ran before the deploy have proved themselves. Time counts from the end of one
// look to the beginning of another: a busy engine takes its time to answer.
func (w *watch) judgeTime(s *standing, service swarm.Service, slots map[string]swarm.Task, l look) {
	if !s.converged {
		w.converged = time.Time{}
		return
	}
	if held := idsOf(slots); w.converged.IsZero() || held != w.held {
		w.converged, w.held = l.at.Add(l.took), held
	}
	hold := holdTime(service.Spec)
	switch {
	case service.Spec.Mode.Global != nil && len(slots) == 0:
		hold = unschedulableGrace // there is no task yet, or no node for one
	case w.allOld(slots), service.JobStatus != nil:
		hold = 0
	}
	s.settled = (hold == 0 || l.at.Sub(w.converged) >= hold) && !updating(service)
}

// idsOf names the tasks that speak for their slots.
func idsOf(slots map[string]swarm.Task) string {
	var ids []string
	for _, task := range slots {
		ids = append(ids, task.ID)
	}
	slices.Sort(ids)
	return strings.Join(ids, " ")
}

// updating reports whether the engine is at work on the service, whoever asked
// it to be.
func updating(service swarm.Service) bool {
	status := service.UpdateStatus
	return status != nil && (status.State == swarm.UpdateStateUpdating || status.State == swarm.UpdateStateRollbackStarted)
}

func (w *watch) allOld(slots map[string]swarm.Task) bool {
	for _, task := range slots {
		if !w.old[task.ID] {
			return false
		}
	}
	return true
}
