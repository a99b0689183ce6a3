package deploy

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/swarm"
)

// scene is a series of looks at one service, written as tasks: "SLOT ID STATE
// DESIRED [ERROR]". A task whose ID starts with "old" was there before; one
// that starts with "stale" runs an earlier spec, "earlier" belongs to an
// earlier run of a job, and "ended" has no process any more.
type scene struct {
	at    time.Duration
	tasks []string
	state swarm.UpdateState
}

var began = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

func (s scene) look(spec swarm.ServiceSpec) look {
	service := swarm.Service{ID: "id", Spec: spec}
	if s.state != "" {
		started := began
		service.UpdateStatus = &swarm.UpdateStatus{State: s.state, StartedAt: &started, Message: "the engine's words"}
	}
	if isJob(spec) {
		service.JobStatus = &swarm.JobStatus{JobIteration: swarm.Version{Index: 2}}
	}
	l := look{
		at: began.Add(s.at), services: map[string]swarm.Service{"id": service},
		current: map[string]bool{}, ready: map[string]bool{"up": true, "down": false},
	}
	for i, line := range s.tasks {
		words := append(strings.SplitN(line, " ", 5), "")
		task := swarm.Task{
			ID: words[1], ServiceID: "id", NodeID: "up", DesiredState: swarm.TaskState(words[3]),
			Status: swarm.TaskStatus{State: swarm.TaskState(words[2]), Err: words[4]},
		}
		_, _ = fmt.Sscan(words[0], &task.Slot)
		if strings.Contains(words[4], "node is down") {
			task.NodeID = "down"
		}
		if strings.HasPrefix(task.ID, "ended") {
			task.Status.ContainerStatus = &swarm.ContainerStatus{ContainerID: "c"}
		}
		task.CreatedAt = began.Add(time.Duration(i) * time.Second)
		l.current[task.ID] = !strings.HasPrefix(task.ID, "stale")
		if isJob(spec) && strings.HasPrefix(task.ID, "earlier") {
			task.JobIteration = &swarm.Version{Index: 1}
		}
		l.tasks = append(l.tasks, task)
	}
	return l
}

func service(replicas uint64, change ...func(*swarm.ServiceSpec)) swarm.ServiceSpec {
	spec := swarm.ServiceSpec{Mode: swarm.ServiceMode{Replicated: &swarm.ReplicatedService{Replicas: &replicas}}}
	for _, c := range change {
		c(&spec)
	}
	return spec
}

func restart(condition swarm.RestartPolicyCondition, attempts uint64) func(*swarm.ServiceSpec) {
	return func(s *swarm.ServiceSpec) {
		s.TaskTemplate.RestartPolicy = &swarm.RestartPolicy{Condition: condition, MaxAttempts: &attempts}
	}
}

func checked(s *swarm.ServiceSpec) { probed(time.Second, 1)(s) }

func probed(interval time.Duration, retries int) func(*swarm.ServiceSpec) {
	return func(s *swarm.ServiceSpec) {
		s.TaskTemplate.ContainerSpec = &swarm.ContainerSpec{Healthcheck: &container.HealthConfig{Test: []string{"CMD", "x"}, Interval: interval, Retries: retries}}
	}
}

func global(s *swarm.ServiceSpec) { s.Mode = swarm.ServiceMode{Global: &swarm.GlobalService{}} }

func job(s *swarm.ServiceSpec) {
	total := *s.Mode.Replicated.Replicas
	s.Mode = swarm.ServiceMode{ReplicatedJob: &swarm.ReplicatedJob{MaxConcurrent: &total, TotalCompletions: &total}}
}

// summary is what the last look concludes.
func summary(s standing) string {
	text := fmt.Sprintf("%d/%d", s.running, s.desired)
	switch {
	case s.failure != nil:
		text += " failed: " + string(s.failure.Kind)
	case s.looping != nil:
		text += " looping: " + string(s.looping.Kind)
	case s.settled:
		text += " settled"
	case s.converged:
		text += " holding"
	}
	return text
}

func TestWatch(t *testing.T) {
	run := func(tasks ...string) []scene { return []scene{{tasks: tasks}} }
	held := func(d time.Duration, tasks ...string) []scene { return []scene{{tasks: tasks}, {at: d, tasks: tasks}} }
	tests := []struct {
		name   string
		spec   swarm.ServiceSpec
		scenes []scene
		want   string
	}{
		{"nothing yet", service(1), run(), "0/1"},
		{"starting", service(1), run("1 a starting running"), "0/1"},
		{"running, not held yet", service(1), held(4*time.Second, "1 a running running"), "1/1 holding"},
		{"running and held", service(1), held(5*time.Second, "1 a running running"), "1/1 settled"},
		{"replaced between two looks", service(1), []scene{{tasks: []string{"1 a running running"}}, {at: 6 * time.Second, tasks: []string{"1 a failed shutdown x", "1 b running running"}}}, "1/1 holding"},
		{"held by the monitor that the recipe sets", service(1, func(s *swarm.ServiceSpec) { s.UpdateConfig = &swarm.UpdateConfig{Monitor: time.Minute} }), held(50*time.Second, "1 a running running"), "1/1 holding"},
		{"held so long that its healthcheck could have failed again", service(1, probed(4*time.Second, 3)), held(11*time.Second, "1 a running running"), "1/1 holding"},
		{"and no longer", service(1, probed(4*time.Second, 3)), held(12*time.Second, "1 a running running"), "1/1 settled"},
		{"a patient healthcheck does not hold for ever", service(1, probed(30*time.Second, 10)), held(30*time.Second, "1 a running running"), "1/1 settled"},
		{"a task from before has proved itself", service(1), run("1 old1 running running"), "1/1 settled"},
		{"not enough replicas", service(2), held(time.Minute, "1 a running running", "2 b preparing running"), "1/2"},
		{"tasks of the old spec do not count", service(1), held(time.Minute, "1 stale running running"), "0/1"},
		{"scaled to nothing", service(0), run(), "0/0 settled"},
		{"the wanted task of a slot speaks for it", service(1), held(time.Minute, "1 a failed shutdown boom", "1 b running running"), "1/1 settled"},
		{"a task that is being replaced", service(1), held(time.Minute, "1 a running shutdown", "1 b ready ready"), "0/1"},
		{"tasks of a node that is down do not count", service(1), held(time.Minute, "1 a running running node is down"), "0/1"},
		{"two failures", service(1), run("1 a failed shutdown boom", "1 b failed shutdown boom", "1 c starting running"), "0/1"},
		{"three failures", service(1), run("1 a failed shutdown boom", "1 b failed shutdown boom", "1 c rejected shutdown boom", "1 d ready ready"), "0/1 looping: crashed"},
		{"three failures, one of them in another slot", service(2), run("1 a failed shutdown x", "1 b failed shutdown x", "2 c failed shutdown x", "1 d ready ready"), "0/2"},
		{"old failures do not count", service(1), run("1 old1 failed shutdown x", "1 old2 failed shutdown x", "1 old3 failed shutdown x", "1 d starting running"), "0/1"},
		{"failures that the engine forgot still count", service(1), []scene{{tasks: []string{"1 a failed shutdown x", "1 b ready ready"}}, {tasks: []string{"1 b failed shutdown x", "1 c ready ready"}}, {tasks: []string{"1 c failed shutdown x", "1 d ready ready"}}}, "0/1 looping: crashed"},
		{"a server that ends with 0 is a failure", service(1), run("1 a complete shutdown", "1 b complete shutdown", "1 c complete shutdown", "1 d ready ready"), "0/1 looping: crashed"},
		{"no image", service(1), run("1 a rejected shutdown No such image: x:1", "1 b rejected shutdown No such image: x:1", "1 c rejected shutdown No such image: x:1"), "0/1 looping: no-image"},
		{"unhealthy", service(1), run("1 a failed shutdown task: non-zero exit (1): dockerexec: unhealthy container", "1 b failed shutdown dockerexec: unhealthy container", "1 c failed shutdown dockerexec: unhealthy container"), "0/1 looping: unhealthy"},
		{"one-shot done", service(1, restart("none", 0)), held(5*time.Second, "1 a complete shutdown"), "1/1 settled"},
		{"one-shot failed", service(1, restart("none", 0)), []scene{{tasks: []string{"1 a failed shutdown x"}}, {tasks: []string{"1 a failed shutdown x"}}, {tasks: []string{"1 a failed shutdown x"}}}, "0/1 failed: one-shot"},
		{"one-shot failed, seen once", service(1, restart("none", 0)), run("1 a failed shutdown x"), "0/1"},
		{"one-shot tries again", service(1, restart("on-failure", 3)), run("1 a failed shutdown x", "1 b starting running"), "0/1"},
		{"a checked server that ended with 0 is none that runs once", service(1, restart("on-failure", 0), checked), []scene{{tasks: []string{"1 a complete shutdown"}}, {tasks: []string{"1 a complete shutdown"}}, {tasks: []string{"1 a complete shutdown"}}}, "0/1 failed: crashed"},
		{"job half done", service(2, job), run("1 a complete complete", "2 b running complete"), "1/2"},
		{"the same job's earlier run", service(1, job), held(time.Minute, "1 earlier complete complete"), "0/1"},
		{"job done", service(2, job), held(5*time.Second, "1 a complete complete", "2 b complete complete"), "2/2 settled"},
		{"global, before it has tasks", service(1, global), held(5 * time.Second), "0/0 holding"},
		{"global, no node is eligible", service(1, global), held(10 * time.Second), "0/0 settled"},
		{"global, old tasks to be replaced", service(1, global), held(time.Minute, "0 stale running running"), "0/1"},
		{"unschedulable, not yet", service(1), held(9*time.Second, "1 a pending running no suitable node (x)"), "0/1"},
		{"unschedulable", service(1), held(10*time.Second, "1 a pending running no suitable node (x)"), "0/1 failed: unschedulable"},
		{"the engine is still updating", service(1), []scene{{tasks: []string{"1 a running running"}, state: "updating"}, {at: time.Minute, tasks: []string{"1 a running running"}, state: "updating"}}, "1/1 holding"},
		{"one-shot done, which the engine takes for a failed update", service(1, restart("none", 0)), []scene{{tasks: []string{"1 a complete shutdown"}, state: "paused"}, {at: 6 * time.Second, tasks: []string{"1 a complete shutdown"}, state: "paused"}}, "1/1 settled"},
		{"one-shot failed, and the update with it", service(1, restart("none", 0)), []scene{{tasks: []string{"1 a failed shutdown x"}, state: "paused"}}, "0/1 failed: one-shot"},
		{"the engine rolls back: the old spec runs well", service(1), []scene{{tasks: []string{"1 old1 running running", "1 stale1 failed shutdown boom"}, state: "rollback_started"}}, "1/1 failed: crashed"},
		{"the engine paused, the task is not seen yet", service(1), []scene{{tasks: []string{"1 a running running"}, state: "paused"}}, "1/1"},
		{"states of another engine", service(1), run("1 a orphaned remove", "1 b dreaming running"), "0/1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newWatch("id", "s", map[string]bool{"old1": true, "old2": true, "old3": true})
			var got standing
			for _, scene := range test.scenes {
				got = w.look(scene.look(test.spec))
			}
			if summary(got) != test.want {
				t.Errorf("%s, want %s (%+v)", summary(got), test.want, got)
			}
		})
	}
}

// What the engine said about an earlier update lingers for ever.
func TestStaleUpdateStateIsIgnored(t *testing.T) {
	s := scene{tasks: []string{"1 old1 running running"}, state: swarm.UpdateStatePaused}
	w := newWatch("id", "s", map[string]bool{"old1": true})
	w.stale = s.look(service(1)).services["id"].UpdateStatus
	if got := summary(w.look(s.look(service(1)))); got != "1/1 settled" {
		t.Errorf("%s, want settled", got)
	}
}

func TestPatience(t *testing.T) {
	slow := service(1, func(s *swarm.ServiceSpec) {
		s.TaskTemplate.ContainerSpec = &swarm.ContainerSpec{Healthcheck: &container.HealthConfig{Test: []string{"CMD", "x"}, StartPeriod: 10 * time.Minute}}
	})
	never := service(1, func(s *swarm.ServiceSpec) {
		s.TaskTemplate.ContainerSpec = &swarm.ContainerSpec{Healthcheck: &container.HealthConfig{Test: []string{"CMD", "x"}, Interval: 1 << 62, Retries: 1 << 60, StartPeriod: 1 << 62}}
	})
	for _, test := range []struct {
		asked time.Duration
		spec  swarm.ServiceSpec
		want  time.Duration
	}{
		{0, service(1), 5 * time.Minute},
		{time.Minute, service(1), time.Minute},
		{time.Second, service(1), 5 * time.Second},
		{time.Minute, slow, 10*time.Minute + 90*time.Second + 30*time.Second},
		{time.Minute, never, 24 * time.Hour},
	} {
		if got := patience(test.asked, test.spec); got != test.want {
			t.Errorf("patience(%s) = %s, want %s", test.asked, got, test.want)
		}
	}
}

// A crashing service is not judged while another makes progress.
func TestCrashesAreForgivenWhileTheDatabaseComesUp(t *testing.T) {
	w := testWaiter("app", "db")
	view := func(at time.Duration, appFailures int, dbState string) look {
		l := look{at: began.Add(at), services: map[string]swarm.Service{}, current: map[string]bool{}, ready: map[string]bool{"": true}}
		add := func(id, service, state, desired string) {
			l.current[id] = true
			l.tasks = append(l.tasks, swarm.Task{ID: id, ServiceID: service, Slot: 1, DesiredState: swarm.TaskState(desired), Status: swarm.TaskStatus{State: swarm.TaskState(state)}})
		}
		for i := range appFailures {
			add(fmt.Sprint("crash", i), "app", "failed", "shutdown")
		}
		add("next", "app", "ready", "ready")
		add("db1", "db", dbState, "running")
		for _, id := range []string{"app", "db"} {
			l.services[id] = swarm.Service{ID: id, Spec: service(1)}
		}
		return l
	}
	steps := []struct {
		at       time.Duration
		failures int
		db       string
		done     bool
	}{
		{0, 3, "starting", false},              // the database is not up: go on
		{1 * time.Second, 5, "running", false}, // it is, but has to hold
		{6 * time.Second, 6, "running", false}, // it has settled: count anew
		{7 * time.Second, 8, "running", false},
		{8 * time.Second, 9, "running", true}, // three more, and nothing is left to wait for
	}
	for _, step := range steps {
		failures, done := w.judge(view(step.at, step.failures, step.db))
		if done != step.done || done && (len(failures) != 1 || failures[0].Service != "app") {
			t.Errorf("after %s: done %v, failures %v", step.at, done, failures)
		}
	}
}

// testWaiter watches services by their names, and makes no call.
func testWaiter(names ...string) *waiter {
	w := &waiter{
		emit: func(Event) {}, last: map[string]standing{}, shown: map[string]Event{}, settled: map[string]bool{},
		words: &lastLines{lines: map[string]string{}, asked: map[string]time.Time{}},
	}
	for _, name := range names {
		w.watch(name, name, false)
		w.words.asked[name] = time.Now().Add(time.Hour) // there is nobody to ask
	}
	return w
}
