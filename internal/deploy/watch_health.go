package deploy

import (
	"time"

	"github.com/docker/docker/api/types/swarm"
)

// slowStart is how long a task may be starting before its log is worth a look.
// Without a healthcheck, a task starts within moments.
const slowStart = 5 * time.Second

// judgeHealth says how the task that is least far does: the engine calls a task
// starting until its healthcheck has passed once. That of the image is not seen
// in the spec, only felt.
func (w *watch) judgeHealth(s *standing, slots map[string]swarm.Task, now time.Time) {
	task := startingTask(slots)
	switch {
	case task == "":
		w.starting = time.Time{}
	case w.starting.IsZero():
		w.starting = now
	}
	slow := task != "" && now.Sub(w.starting) >= slowStart
	if slow && s.troubled == "" {
		s.troubled = task
	}
	switch {
	case slow, task != "" && w.window > 0:
		s.health = healthStarting
	case s.converged && w.window > 0 && s.desired > 0:
		s.health = healthHealthy
	}
}

func startingTask(slots map[string]swarm.Task) string {
	for _, task := range slots {
		if live(task) && task.Status.State == swarm.TaskStateStarting {
			return task.ID
		}
	}
	return ""
}
