package deploy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/docker/docker/api/types/swarm"

	engine "coopcloud.tech/catalogue/internal/deploy/swarm"
)

// LogLine is one line of an app's log, and the task that wrote it.
type LogLine struct {
	engine.LogLine
	Service, Slot, Node string
}

// LogQuery chooses what of an app's logs is shown, and how.
type LogQuery struct {
	engine.LogOptions
	Services []string            // by name, with the stack's name or without; none: all
	Show     func(LogLine) error // one at a time, in the order of time
	Warn     func(string)        // what could not be read, each once
}

const (
	// maxLogTasks bounds how many logs are read at once, the newest tasks first.
	maxLogTasks = 200
	newTaskPoll = time.Second
)

// Logs merges the logs of an app's tasks, old ones included. With Follow it goes on
// with the tasks to come until the context ends, which is no error, or until the
// app is gone.
func (d *Deployer) Logs(ctx context.Context, app *App, q LogQuery) error {
	if err := d.Swarm.CheckManager(ctx); err != nil {
		return refused(err)
	}
	r := &logReader{Deployer: d, app: app, query: q, read: map[string]bool{}, warned: map[string]bool{}}
	tasks, err := r.tasks(ctx)
	if err != nil {
		return err
	}
	err = r.merge(ctx, tasks)
	if q.Follow && ctx.Err() != nil {
		return nil
	}
	return err
}

// logReader knows which tasks are being read.
type logReader struct {
	*Deployer
	app    *App
	query  LogQuery
	read   map[string]bool // by task ID
	warned map[string]bool
	heard  time.Time // when the manager last answered
}

// tasks lists those whose log is not being read yet, oldest first.
func (r *logReader) tasks(ctx context.Context) ([]logTask, error) {
	l, err := takeLook(ctx, r.Swarm, r.app.StackName())
	if err != nil {
		return nil, refused(err)
	}
	services, err := chooseServices(r.app, l, r.query.Services)
	if err != nil {
		return nil, err
	}
	nodes, err := r.Swarm.Nodes(ctx)
	if err != nil {
		return nil, refused(err)
	}
	r.heard = l.at
	names := map[string]string{}
	for _, node := range nodes {
		names[node.ID] = node.Description.Hostname
	}
	var list []logTask
	for _, task := range l.tasks {
		at := slices.IndexFunc(services, func(s swarm.Service) bool { return s.ID == task.ServiceID })
		if at < 0 || r.read[task.ID] || !hasLog(task) {
			continue
		}
		r.read[task.ID] = true
		list = append(list, logTask{Task: task, service: shortName(r.app.StackName(), services[at]), node: names[task.NodeID], away: !l.ready[task.NodeID]})
	}
	slices.SortFunc(list, func(a, b logTask) int { return a.CreatedAt.Compare(b.CreatedAt) })
	return r.readable(list), nil
}

// logTask is a task with the names that people know it by.
type logTask struct {
	swarm.Task
	service, node string
	away          bool // its node is down
}

func (t logTask) slot() string {
	if t.Slot != 0 {
		return slotOf(t.Task)
	}
	return cmp.Or(t.node, t.NodeID)
}

// hasLog reports whether a task has come as far as to have a container.
func hasLog(task swarm.Task) bool {
	switch task.Status.State {
	case swarm.TaskStateStarting, swarm.TaskStateRunning, swarm.TaskStateComplete, swarm.TaskStateShutdown, swarm.TaskStateFailed:
		return task.NodeID != ""
	}
	return false
}

// readable drops what cannot be asked for, and says so.
func (r *logReader) readable(tasks []logTask) []logTask {
	if over := len(tasks) - maxLogTasks; over > 0 {
		r.warn(fmt.Sprintf("the app has %d tasks, old ones included; the logs of the oldest %d are left out", len(tasks), over))
		tasks = tasks[over:]
	}
	return slices.DeleteFunc(tasks, func(t logTask) bool {
		// The engine answers with an empty log for this one.
		mute := t.Spec.LogDriver != nil && t.Spec.LogDriver.Name == "none"
		switch {
		case mute:
			r.warn(fmt.Sprintf("service %s has the logging driver none: there is no log to read", t.service))
		case t.away:
			r.warn(fmt.Sprintf("node %s is down: its logs cannot be read", cmp.Or(t.node, t.NodeID)))
		}
		return mute || t.away
	})
}

func (r *logReader) warn(text string) {
	if !r.warned[text] {
		r.warned[text] = true
		r.query.Warn(text)
	}
}

// ended judges how a task's log ended. It reports whether to open it again.
func (r *logReader) ended(task logTask, err error) bool {
	switch {
	case err == nil, errors.Is(err, context.Canceled):
		return false
	case errors.Is(err, engine.ErrLog), errors.Is(err, engine.ErrNotFound), engine.Refused(err), !r.query.Follow:
		r.warn(fmt.Sprintf("the log of %s cannot be read whole: %v", task.service, err))
		return false
	}
	return true
}
