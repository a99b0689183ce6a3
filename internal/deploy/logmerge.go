package deploy

import (
	"context"
	"errors"
	"time"

	engine "coopcloud.tech/catalogue/internal/deploy/swarm"
)

// How long a log may be silent while the lines of others wait for it: an older
// line of its own could still be on the way.
const (
	firstLinePatience = time.Second
	linePatience      = 200 * time.Millisecond
	// logSilence ends a log that should come to its end and does not.
	logSilence = 20 * time.Second
)

// logSource is the log of one task. It hands over one line, and goes on when it is
// told to, so that no more than one line of each is held.
type logSource struct {
	task  logTask
	next  chan struct{}
	head  *LogLine
	until time.Time // while it has no head: how long others wait for it
	last  time.Time // of its last line
}

// logItem is a source's next line, or its end.
type logItem struct {
	source *logSource
	line   *LogLine
	err    error
}

// logMerge brings the lines of several sources into the order of time.
type logMerge struct {
	*logReader
	ctx     context.Context
	in      chan logItem
	sources map[*logSource]bool
	last    map[string]time.Time // of logs that broke off: their last line, by task ID
}

func (r *logReader) merge(ctx context.Context, tasks []logTask) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	m := &logMerge{logReader: r, ctx: ctx, in: make(chan logItem), sources: map[*logSource]bool{}, last: map[string]time.Time{}}
	for _, task := range tasks {
		m.open(task, r.query.LogOptions)
	}
	var poll <-chan time.Time
	if r.query.Follow {
		tick := time.NewTicker(newTaskPoll)
		defer tick.Stop()
		poll = tick.C
	}
	for len(m.sources) > 0 || r.query.Follow {
		if first, wait := m.first(); first != nil && wait <= 0 {
			if err := m.show(first); err != nil {
				return err
			}
		} else if err := m.await(first, wait, poll); err != nil {
			return gone(err)
		}
	}
	return nil
}

// gone: following ends with the app.
func gone(err error) error {
	if errors.Is(err, ErrNotDeployed) {
		return nil
	}
	return err
}

// first is the source with the oldest line, and how long to wait for the others.
func (m *logMerge) first() (first *logSource, wait time.Duration) {
	for source := range m.sources {
		switch {
		case source.head == nil:
			wait = max(wait, time.Until(source.until))
		case first == nil || source.head.Time.Before(first.head.Time):
			first = source
		}
	}
	return first, wait
}

func (m *logMerge) show(source *logSource) error {
	line := *source.head
	source.head, source.last = nil, line.Time
	source.until = time.Now().Add(m.patience(linePatience))
	select {
	case source.next <- struct{}{}:
	case <-m.ctx.Done():
		return m.ctx.Err()
	}
	return m.query.Show(line)
}

// patience: a log that comes to an end is waited for.
func (m *logMerge) patience(following time.Duration) time.Duration {
	if m.query.Follow {
		return following
	}
	return 2 * logSilence
}

// await waits for the next line, the end of the patience, or the next look for
// tasks.
func (m *logMerge) await(first *logSource, wait time.Duration, poll <-chan time.Time) error {
	var patience <-chan time.Time
	if first != nil {
		patience = time.After(wait)
	}
	select {
	case <-m.ctx.Done():
		return m.ctx.Err()
	case item := <-m.in:
		m.take(item)
	case <-patience:
	case <-poll:
		return m.look()
	}
	return nil
}

func (m *logMerge) take(item logItem) {
	if item.line != nil {
		item.source.head = item.line
		return
	}
	delete(m.sources, item.source)
	if m.ended(item.source.task, item.err) {
		delete(m.read, item.source.task.ID)
		m.last[item.source.task.ID] = item.source.last
	}
}

// look opens the logs of tasks that have come up, and those that broke off. A
// manager that does not answer
// for a short time is no reason to stop.
func (m *logMerge) look() error {
	tasks, err := m.tasks(m.ctx)
	if err != nil && (errors.Is(err, ErrNotDeployed) || time.Since(m.heard) >= maxSilence) {
		return err
	}
	for _, task := range tasks {
		whole := m.query.LogOptions
		whole.Tail = -1
		if last := m.last[task.ID]; !last.IsZero() {
			whole.Since = last.Add(1)
		}
		m.open(task, whole)
	}
	return nil
}

func (m *logMerge) open(task logTask, o engine.LogOptions) {
	source := &logSource{task: task, next: make(chan struct{}), until: time.Now().Add(m.patience(firstLinePatience))}
	m.sources[source] = true
	go m.follow(source, o)
}

// follow hands the lines of one task over until they end.
func (m *logMerge) follow(source *logSource, o engine.LogOptions) {
	ctx, cancel := context.WithCancelCause(m.ctx)
	defer cancel(nil)
	silence := time.AfterFunc(logSilence, func() { cancel(errSilent) })
	if o.Follow {
		silence.Stop()
	}
	defer silence.Stop()
	err := m.Swarm.TaskLogs(ctx, source.task.Task, o, func(line engine.LogLine) error {
		silence.Stop()
		if err := m.hand(source, line); err != nil {
			return err
		}
		if !o.Follow {
			silence.Reset(logSilence)
		}
		return nil
	})
	if cause := context.Cause(ctx); errors.Is(cause, errSilent) {
		err = cause
	}
	select {
	case m.in <- logItem{source: source, err: err}:
	case <-m.ctx.Done():
	}
}

var errSilent = errors.New("its node does not answer")

func (m *logMerge) hand(source *logSource, line engine.LogLine) error {
	whole := LogLine{line, source.task.service, source.task.slot(), source.task.node}
	select {
	case m.in <- logItem{source: source, line: &whole}:
	case <-m.ctx.Done():
		return m.ctx.Err()
	}
	select {
	case <-source.next:
		return nil
	case <-m.ctx.Done():
		return m.ctx.Err()
	}
}
