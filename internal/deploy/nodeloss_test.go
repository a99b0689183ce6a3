package deploy_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/deploy"
	engineclient "coopcloud.tech/catalogue/internal/deploy/swarm"
	"coopcloud.tech/catalogue/test/engine"
)

// spread is a service whose tasks go to every node, with a volume and a network.
const spread = `services:
  app:
    image: "tiny:1"
    stop_grace_period: 1s
    networks: [net]
    volumes: ["data:/data"]
    deploy: {replicas: 4, labels: {round: "0"}, update_config: {monitor: 500ms, order: start-first}}
networks: {net: }
volumes: {data: }
`

// nodesRig is a rig on the first of several nodes.
func nodesRig(t *testing.T, managers, workers int) (*rig, []*engine.Engine) {
	t.Helper()
	nodes := engine.Nodes(t, managers, workers)
	for _, e := range nodes {
		e.Image(t, "tiny:1")
	}
	return rigOn(t, nodes[0], ""), nodes
}

// on is the same operator at another manager.
func (r *rig) on(e *engine.Engine) *rig {
	r.t.Helper()
	client, err := engineclient.Connect(r.t.Context(), e.Host, func(string) string { return "" })
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { client.Close() })
	other := &rig{t: r.t, engine: e, dir: r.dir, app: r.app, stack: r.stack}
	other.Deployer = &deploy.Deployer{Swarm: client, Progress: other.note, Who: "other@elsewhere", LockTTL: r.LockTTL}
	return other
}

// once calls do in the background at the first event that it is asked about and
// says yes to. It returns a function that waits for the end of do.
func (r *rig) once(is func(deploy.Event) bool, do func()) (ended func()) {
	var one sync.Once
	done := make(chan struct{})
	r.Progress = func(e deploy.Event) {
		r.note(e)
		if is(e) {
			one.Do(func() { go func() { defer close(done); do() }() })
		}
	}
	return func() { <-done; r.Progress = r.note }
}

func placing(e deploy.Event) bool { return e.Phase == deploy.WaitPhase && e.State != "" }

// awaitNode waits until the manager sees a node in that state.
func (r *rig) awaitNode(hostname string, state swarm.NodeState) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), time.Minute)
	defer cancel()
	for ctx.Err() == nil {
		nodes, _ := r.Swarm.Nodes(ctx)
		for _, node := range nodes {
			if node.Description.Hostname == hostname && node.Status.State == state {
				return
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	r.t.Fatalf("node %s is not %s", hostname, state)
}

// checkUp wants the last release to have converged and the lock to be free.
func (r *rig) checkUp(tasks int) {
	r.t.Helper()
	if n := len(r.running()); n < tasks {
		r.t.Errorf("%d tasks run, want %d", n, tasks)
	}
	records, err := r.Releases(r.t.Context(), r.stack)
	if err != nil || len(records) == 0 || records[0].Result != "converged" {
		r.t.Errorf("releases: %v %v", records, err)
	}
	if held, err := r.LockHolder(r.t.Context(), r.app); held != nil || err != nil {
		r.t.Errorf("the lock is held by %v (%v)", held, err)
	}
}

// Two operators at two managers deploy at once, and a node dies in the midst of it:
// one of them goes on, on the nodes that are left. What only the lost node could
// run is refused by its name.
func TestNodes(t *testing.T) {
	t.Parallel()
	r, nodes := nodesRig(t, 3, 0)
	other := r.on(nodes[1])
	var second error
	ended := r.once(placing, func() {
		second = other.deploy(at("1.0.0+1", compose(spread)), deploy.Options{})
		nodes[2].Kill()
	})
	err := r.deploy(at("1.0.0+1", compose(spread)), deploy.Options{Timeout: time.Minute})
	ended()
	if err != nil {
		t.Fatal(err)
	}
	if !errors.Is(second, deploy.ErrLocked) || !strings.Contains(second.Error(), "held by") {
		t.Errorf("the second operator got %v, want ErrLocked", second)
	}
	r.awaitNode(engine.ManagerName+"-3", swarm.NodeStateDown)
	other.checkUp(4)
	pinned := with(spread, "deploy: {", "deploy: {placement: {constraints: [node.hostname == manager-host-3]}, ")
	plan, err := other.plan(at("1.1.0+1", pinned), deploy.Options{})
	if err != nil || !strings.Contains(strings.Join(plan.Refused, "\n"), "node manager-host-3: it is down") {
		t.Errorf("%v %v, want a refusal that names the node that is down", plan.Refused, err)
	}
}

// TestNodeLoss are the losses that take too long for each run of the tests.
func TestNodeLoss(t *testing.T) {
	if !soak {
		t.Skip("takes minutes; CATALOGUE_SOAK=1 runs it")
	}
	for _, c := range []struct {
		name string
		lose func(*testing.T, *engine.Engine)
	}{
		{"killed", func(_ *testing.T, e *engine.Engine) { e.Kill() }},
		{"cut", func(t *testing.T, e *engine.Engine) { e.Cut(t) }},
	} {
		t.Run(c.name+" first", func(t *testing.T) { lossInFirstDeploy(t, c.lose) })
		t.Run(c.name+" pinned", func(t *testing.T) { lossOfTheOnlyNode(t, c.lose) })
		t.Run(c.name+" update", func(t *testing.T) { lossInUpdate(t, c.lose) })
	}
	t.Run("manager", lossOfTheClientsManager)
}

func lossInFirstDeploy(t *testing.T, lose func(*testing.T, *engine.Engine)) {
	r, nodes := nodesRig(t, 1, 1)
	ended := r.once(placing, func() { lose(t, nodes[1]) })
	begin := time.Now()
	err := r.deploy(at("1.0.0+1", compose(spread)), deploy.Options{Timeout: time.Minute})
	ended()
	t.Logf("first deploy: %v after %s", err, time.Since(begin))
	if err != nil {
		t.Error(err)
	}
	r.checkUp(4)
	r.awaitNode(engine.WorkerName, swarm.NodeStateDown)
}

func lossOfTheOnlyNode(t *testing.T, lose func(*testing.T, *engine.Engine)) {
	r, nodes := nodesRig(t, 1, 1)
	pinned := with(spread, "deploy: {", `deploy: {placement: {constraints: [node.role == worker]}, `)
	ended := r.once(placing, func() { lose(t, nodes[1]) })
	begin := time.Now()
	err := r.deploy(at("1.0.0+1", pinned), deploy.Options{Timeout: time.Minute})
	ended()
	t.Logf("first deploy: %v after %s", err, time.Since(begin))
	if err == nil || !strings.Contains(err.Error(), "node worker-host: it is down") {
		t.Errorf("%v, want a failure that names the node", err)
	}
	if n := len(r.services()); n != 0 {
		t.Errorf("%d services are left", n)
	}
	if err := r.deploy(at("1.1.0+1", compose(spread)), deploy.Options{Timeout: time.Minute}); err != nil {
		t.Error(err)
	}
	r.checkUp(4)
}

func lossInUpdate(t *testing.T, lose func(*testing.T, *engine.Engine)) {
	r, nodes := nodesRig(t, 1, 1)
	r.mustDeploy(at("1.0.0+1", compose(spread)))
	here, there := r.volumeMade(nodes[0]), r.volumeMade(nodes[1])
	ended := r.once(placing, func() { lose(t, nodes[1]) })
	begin := time.Now()
	next := with(spread, `"tiny:1"`, `"tiny:1"`+"\n    environment: {ROUND: \"1\"}")
	err := r.deploy(at("1.1.0+1", next), deploy.Options{Timeout: 25 * time.Second})
	ended()
	t.Logf("update: %v after %s", err, time.Since(begin))
	// The engine's updater may hang, or not, by the moment of the loss.
	if err != nil && !strings.Contains(err.Error(), "node worker-host is down, and had tasks of it") {
		t.Errorf("%v, want a failure that names the node", err)
	}
	begin = time.Now()
	if err := r.deploy(at("1.1.0+1", next), deploy.Options{Timeout: time.Minute}); err != nil {
		t.Errorf("the next deploy: %v", err)
	}
	t.Logf("the next one after %s", time.Since(begin))
	r.checkUp(4)
	if now := r.volumeMade(nodes[0]); now != here {
		t.Errorf("the volume was made at %s, and now at %s", here, now)
	}
	if _, err := nodes[1].API.Ping(t.Context()); err != nil {
		return // it was killed, and its disk with it
	}
	nodes[1].Mend(t)
	r.awaitNode(engine.WorkerName, swarm.NodeStateReady)
	if now := r.volumeMade(nodes[1]); now != there {
		t.Errorf("the lost node's volume was made at %s, and now at %s", there, now)
	}
}

// volumeMade is when a node made the stack's volume: another time is another volume.
func (r *rig) volumeMade(e *engine.Engine) string {
	r.t.Helper()
	volume, err := e.API.VolumeInspect(r.t.Context(), r.stack+"_data")
	if err != nil {
		r.t.Fatal(err)
	}
	return volume.CreatedAt
}

func lossOfTheClientsManager(t *testing.T) {
	r, nodes := nodesRig(t, 3, 0)
	r.LockTTL = 5 * time.Second
	ended := r.once(placing, nodes[0].Kill)
	begin := time.Now()
	err := r.deploy(at("1.0.0+1", compose(spread)), deploy.Options{Timeout: time.Minute})
	ended()
	t.Logf("at the lost manager: %v after %s", err, time.Since(begin))
	if !errors.Is(err, deploy.ErrUnclear) || !strings.Contains(err.Error(), "does not answer") {
		t.Errorf("%v, want ErrUnclear", err)
	}
	other := r.on(nodes[1])
	r.engine, r.Deployer = other.engine, other.Deployer // for what comes after the test
	begin = time.Now()
	err = other.deploy(at("1.0.0+1", compose(spread)), deploy.Options{Timeout: time.Minute, LockWait: time.Minute})
	t.Logf("at another manager: %v after %s", err, time.Since(begin))
	if err != nil {
		t.Error(err)
	}
	other.checkUp(4)
}
