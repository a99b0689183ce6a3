package deploy

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/docker/docker/api/types/swarm"
)

// What has come up, so that what depends on it may start.
func TestUp(t *testing.T) {
	run := func(tasks ...string) []scene { return []scene{{tasks: tasks}} }
	held := func(d time.Duration, tasks ...string) []scene { return []scene{{tasks: tasks}, {at: d, tasks: tasks}} }
	tests := []struct {
		name   string
		spec   swarm.ServiceSpec
		scenes []scene
		want   bool
	}{
		{"not healthy yet", service(1, checked), run("1 a starting running"), false},
		{"healthy, however short", service(1, checked), run("1 a running running"), true},
		{"one of two", service(2), run("1 a running running", "2 b preparing running"), false},
		{"stopped as unhealthy, and called running", service(1, checked), run("1 ended running running"), false},
		{"still the old spec", service(1), run("1 stale running running"), false},
		{"unchanged", service(1), run("1 old1 running running"), true},
		{"one-shot at work", service(1, restart("none", 0)), run("1 a running running"), false},
		{"one-shot at work for long", service(1, restart("none", 0)), held(time.Hour, "1 a running running"), false},
		{"one-shot done", service(1, restart("none", 0)), run("1 a complete shutdown"), true},
		{"on-failure may be a server: it has to stay", service(1, restart("on-failure", 0)), held(5*time.Second, "1 a running running"), true},
		{"job at work", service(1, job), run("1 a running complete"), false},
		{"job done", service(1, job), run("1 a complete complete"), true},
		{"global, before it has tasks", service(1, global), run(), false},
		{"global, no node for it", service(1, global), held(10 * time.Second), true},
		{"scaled to nothing", service(0), run(), true},
		{"rolled back by the engine", service(1), []scene{{tasks: []string{"1 old1 running running"}, state: "rollback_completed"}}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newWatch("id", "s", map[string]bool{"old1": true})
			var got standing
			for _, scene := range test.scenes {
				got = w.look(scene.look(test.spec))
			}
			if got.up != test.want {
				t.Errorf("up: %v, want %v (%+v)", got.up, test.want, got)
			}
		})
	}
}

// orderOf runs a queue against dependencies that are up or not.
func orderOf(t *testing.T, plan *Plan, w *waiter) (sent []string) {
	t.Helper()
	for _, action := range newQueue(&applier{plan: plan}).take(w.holds) {
		sent = append(sent, action.Name)
	}
	return sent
}

func planOf(dependsOn map[string][]string, actions ...string) *Plan {
	plan := &Plan{DependsOn: dependsOn}
	for _, text := range actions {
		op, name, _ := strings.Cut(text, " ")
		spec := service(1)
		plan.Actions = append(plan.Actions, Action{Op: Op(op), Kind: ServiceKind, Name: name, service: &spec})
	}
	return plan
}

func TestQueue(t *testing.T) {
	chain := map[string][]string{"app": {"pool"}, "pool": {"db"}}
	tests := []struct {
		name  string
		plan  *Plan
		last  map[string]standing // of what is watched
		watch func(*watch)
		want  []string
	}{
		{"nothing orders them", planOf(nil, "create a", "create b"), nil, nil, []string{"a", "b"}},
		{"the last of a chain first", planOf(chain, "create app", "create db", "create pool"), nil, nil, []string{"db"}},
		{"one after another", planOf(chain, "create app", "create pool"), map[string]standing{"db": {up: true}}, nil, []string{"pool"}},
		{"what is unchanged and up", planOf(chain, "update app", "keep pool", "keep db"), map[string]standing{"pool": {up: true}, "db": {up: true}}, nil, []string{"app"}},
		{"a change behind what is unchanged", planOf(chain, "update app", "keep pool", "update db"), map[string]standing{"pool": {up: true}}, nil, []string{"db"}},
		{"a name that nobody knows", planOf(map[string][]string{"app": {"ghost"}}, "create app"), nil, nil, []string{"app"}},
		{"a saved plan may hold a circle", planOf(map[string][]string{"app": {"db"}, "db": {"app"}}, "create app", "create db"), nil, nil, nil},
		{"a failed healthcheck holds an update back", planOf(chain, "update pool"), map[string]standing{"db": {}}, func(w *watch) { w.unhealthy = true }, nil},
		{"but not what runs nowhere yet: it may be what is missing", planOf(chain, "create pool"), map[string]standing{"db": {}}, func(w *watch) { w.unhealthy = true }, []string{"pool"}},
		{"half of the time is over", planOf(chain, "create pool"), map[string]standing{"db": {}}, func(w *watch) { w.clock = clock{limit: time.Minute, spent: 30 * time.Second} }, []string{"pool"}},
		{"not so while the healthcheck has time", planOf(chain, "create pool"), map[string]standing{"db": {}}, func(w *watch) {
			w.clock, w.window = clock{limit: time.Minute, spent: 30 * time.Second}, 50*time.Second
		}, nil},
		{"a one-shot that goes on and on", planOf(chain, "update pool"), map[string]standing{"db": {converged: true, settled: true}}, func(w *watch) {
			w.once, w.clock = true, clock{limit: time.Minute, spent: 30 * time.Second}
		}, []string{"pool"}},
		{"a crash holds back", planOf(chain, "create pool"), map[string]standing{"db": {looping: &Failure{}}}, nil, nil},
		{"a crash holds back what is new, too, however long it takes", planOf(chain, "create pool"), map[string]standing{"db": {looping: &Failure{}}}, func(w *watch) {
			w.clock = clock{limit: time.Minute, spent: 50 * time.Second}
		}, nil},
		{"what was ill before holds up until it fails", planOf(chain, "update pool"), map[string]standing{"db": {}}, func(w *watch) { w.ill = true }, nil},
		{"and no longer: the deploy may be the cure", planOf(chain, "update pool"), map[string]standing{"db": {looping: &Failure{}}}, func(w *watch) { w.ill = true }, []string{"pool"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := testWaiter()
			for name, s := range test.last {
				w.watch(name, name, false)
				w.last[name] = s
				w.watchOf(name).clock.limit = time.Minute
				if test.watch != nil {
					test.watch(w.watchOf(name))
				}
			}
			if got := orderOf(t, test.plan, w); !slices.Equal(got, test.want) {
				t.Errorf("sent %v, want %v", got, test.want)
			}
		})
	}
}

// Time in which an image is pulled does not count, but not for ever.
func TestClockStandsStillWhileAnImageIsPulled(t *testing.T) {
	c := clock{limit: time.Minute}
	at := began
	pass := func(d time.Duration, pulling bool) { at = at.Add(d); c.pass(at, pulling) }
	pass(time.Hour, false) // the first look starts it
	pass(20*time.Minute, true)
	pass(59*time.Second, false)
	if c.over() {
		t.Errorf("over after %s, with %s of pulling", c.spent, c.pulled)
	}
	pass(11*time.Minute, true)
	pass(time.Second, true) // half an hour is the most
	if !c.over() {
		t.Errorf("not over after %s, with %s of pulling", c.spent, c.pulled)
	}
}

// A service is late by its own clock, and only once no other may still settle.
func TestEachServiceIsLateByItsOwnClock(t *testing.T) {
	w := testWaiter("slow")
	w.asked = time.Minute
	at := func(d time.Duration, tasks ...string) ([]Failure, bool) {
		l := look{at: began.Add(d), services: map[string]swarm.Service{}, current: map[string]bool{}, ready: map[string]bool{"": true}}
		for i, state := range tasks {
			name := []string{"slow", "pulls"}[i]
			l.services[name] = swarm.Service{ID: name, Spec: service(1)}
			l.current[name] = true
			l.tasks = append(l.tasks, swarm.Task{ID: name, ServiceID: name, Slot: 1, DesiredState: swarm.TaskStateRunning, Status: swarm.TaskStatus{State: swarm.TaskState(state)}})
		}
		return w.judge(l)
	}
	at(0, "starting")
	w.watch("pulls", "pulls", false) // sent half a minute later
	w.words.asked["pulls"] = time.Now().Add(time.Hour)
	at(30*time.Second, "starting", "preparing")
	if failures, done := at(61*time.Second, "starting", "preparing"); done {
		t.Fatalf("done, with %v", failures)
	}
	at(10*time.Minute, "starting", "preparing")
	if failures, done := at(10*time.Minute+59*time.Second, "starting", "starting"); done {
		t.Fatalf("done, with %v", failures)
	}
	failures, done := at(11*time.Minute, "starting", "starting")
	if !done || len(failures) != 2 || failures[0].Kind != TimedOut || !strings.Contains(failures[0].Message, "not counting 9m30s for pulling images") {
		t.Errorf("done: %v, with %v", done, failures)
	}
}

func TestUnschedulableTellsNodeByNode(t *testing.T) {
	w := newWatch("id", "s", nil)
	spec := service(1, func(s *swarm.ServiceSpec) {
		s.TaskTemplate.Placement = &swarm.Placement{Constraints: []string{"node.labels.disk==fast"}}
	})
	l := scene{tasks: []string{"1 a pending running no suitable node (scheduling constraints not satisfied on 1 node; insufficient resources on 1 node)"}}.look(spec)
	node := func(id, name string, labels map[string]string, state swarm.NodeState) swarm.Node {
		return swarm.Node{
			ID: id, Description: swarm.NodeDescription{Hostname: name}, Status: swarm.NodeStatus{State: state},
			Spec: swarm.NodeSpec{Annotations: swarm.Annotations{Labels: labels}, Availability: swarm.NodeAvailabilityActive},
		}
	}
	l.nodes = []swarm.Node{
		node("1", "gone", nil, swarm.NodeStateDown), node("2", "slow", nil, swarm.NodeStateReady),
		node("3", "full", map[string]string{"disk": "fast"}, swarm.NodeStateReady),
	}
	w.look(l)
	l.at = l.at.Add(unschedulableGrace)
	s := w.look(l)
	if s.failure == nil {
		t.Fatal("no failure")
	}
	for _, words := range []string{
		"node gone: it is down", "node slow: constraint node.labels.disk==fast is not met", "node full: it has no room for it, or no free port",
	} {
		if !strings.Contains(s.failure.Error(), words) {
			t.Errorf("the failure lacks %q:\n%v", words, s.failure)
		}
	}
}

// Whatever a plan that was read from a file says, no service is left out.
func TestCircleOfASavedPlanIsSent(t *testing.T) {
	w := testWaiter()
	w.queue = newQueue(&applier{plan: planOf(map[string][]string{"app": {"db"}, "db": {"app"}}, "create app", "create db")})
	if _, done := w.judge(look{}); done {
		t.Fatal("done, though nothing was sent")
	}
	if ready := w.queue.take(w.holds); len(ready) != 2 {
		t.Errorf("ready: %v", ready)
	}
}
