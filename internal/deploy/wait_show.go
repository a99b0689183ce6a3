package deploy

import (
	"context"
	"sync"
	"time"

	engine "coopcloud.tech/catalogue/internal/deploy/swarm"
)

const (
	logLines = 10
	// logEvery is how often a service in trouble is asked for its last words.
	logEvery = 3 * time.Second
)

// show reports what changed since the last look.
func (w *waiter) show(watch *watch, s standing) {
	if s.settled {
		s.state = ConvergedState
	}
	e := Event{
		Phase: w.phase, Kind: ServiceKind, Name: watch.name, State: s.state, Running: s.running, Desired: s.desired,
		Health: s.health, Failed: len(watch.counted), Detail: s.detail,
	}
	if s.troubled != "" && !s.settled {
		e.Log = w.words.of(watch.name, s.troubled)
	}
	if w.shown[watch.name] != e {
		w.shown[watch.name] = e
		w.emit(e)
	}
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

// lastLines knows the last log line of tasks in trouble. They are fetched aside:
// a node that does not answer must not hold the deploy up.
type lastLines struct {
	swarm *engine.Client
	mutex sync.Mutex
	lines map[string]string    // service → last line
	asked map[string]time.Time // service → when
}

func newLastLines(client *engine.Client) *lastLines {
	return &lastLines{swarm: client, lines: map[string]string{}, asked: map[string]time.Time{}}
}

// of returns what is known, and sees to it that more is.
func (l *lastLines) of(service, task string) string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if time.Since(l.asked[service]) >= logEvery {
		l.asked[service] = time.Now()
		go l.fetch(service, task)
	}
	return l.lines[service]
}

// fetch asks with a time limit of its own, and ends with it.
func (l *lastLines) fetch(service, task string) {
	lines, err := l.swarm.LastLogs(context.Background(), task, 1)
	if err != nil || len(lines) == 0 {
		return
	}
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.lines[service] = lines[len(lines)-1]
}
