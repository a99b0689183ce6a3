package engine

import (
	"context"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/docker/docker/api/types/swarm"
	"golang.org/x/sync/errgroup"
)

// Addresses of the two engines of a pair, on a network of their own.
const (
	ManagerAddr = "10.255.10.1"
	WorkerAddr  = "10.255.10.2"
)

// Hostnames of the first manager and the first worker; those after them have
// their number behind it, from 2.
const (
	ManagerName = "manager-host"
	WorkerName  = "worker-host"
)

// heartbeat is how often nodes report. One that misses three is down: with the
// engine's own 5 s a test of that would take long.
const heartbeat = time.Second

// Pair starts two engines for one test: the manager of a swarm, and a worker in
// it. Where the user named an engine the test is skipped.
func Pair(t testing.TB) (manager, worker *Engine) {
	t.Helper()
	nodes := Nodes(t, 1, 1)
	return nodes[0], nodes[1]
}

// Nodes starts the engines of one swarm for one test, managers first, each with a
// link to each other one. Where the user named an engine the test is skipped.
func Nodes(t testing.TB, managers, workers int) []*Engine {
	t.Helper()
	if named() != "" {
		t.Skipf("needs several engines; CATALOGUE_TEST_ENGINE names %s", named())
	}
	nodes := make([]*Engine, managers+workers)
	var group errgroup.Group
	for i := range nodes {
		name := numbered(ManagerName, i)
		if i >= managers {
			name = numbered(WorkerName, i-managers)
		}
		group.Go(func() (err error) { nodes[i], err = start(options{noSwarm: true, hostname: name}); return err })
	}
	err := group.Wait()
	for _, e := range nodes {
		if e != nil {
			t.Cleanup(e.stop)
		}
	}
	if err == nil {
		err = wire(nodes)
	}
	if err == nil {
		err = join(t.Context(), nodes, managers)
	}
	giveUp(t, err)
	return nodes
}

func numbered(name string, i int) string {
	if i == 0 {
		return name
	}
	return fmt.Sprintf("%s-%d", name, i+1)
}

func nodeAddr(i int) string { return fmt.Sprintf("10.255.10.%d", i+1) }

// wire puts a pair of virtual cards between the network namespaces of each two
// engines. A bridge would end with the engine that it is on.
func wire(nodes []*Engine) error {
	for i, a := range nodes {
		for j, b := range nodes[i+1:] {
			j += i + 1
			if err := wirePair(a, b, i, j); err != nil {
				return err
			}
		}
	}
	return nil
}

func wirePair(a, b *Engine, i, j int) error {
	toA, toB := fmt.Sprintf("node%d", i+1), fmt.Sprintf("node%d", j+1)
	if err := command("ip", "link", "add", toB, "netns", a.pid(), "type", "veth", "peer", "name", toA, "netns", b.pid()); err != nil {
		return err
	}
	for _, end := range []struct {
		of             *Engine
		card, at, peer string
	}{{a, toB, nodeAddr(i), nodeAddr(j)}, {b, toA, nodeAddr(j), nodeAddr(i)}} {
		if err := end.of.ip("addr", "add", end.at, "peer", end.peer, "dev", end.card); err != nil {
			return err
		}
		if err := end.of.ip("link", "set", end.card, "up"); err != nil {
			return err
		}
	}
	return nil
}

func (e *Engine) pid() string { return strconv.Itoa(e.daemon.command.Process.Pid) }

// ip runs a command of ip in the engine's network namespace.
func (e *Engine) ip(args ...string) error {
	return command("nsenter", append([]string{"--net", "--target", e.pid(), "ip"}, args...)...)
}

func command(name string, args ...string) error {
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, out)
	}
	return nil
}

func join(ctx context.Context, nodes []*Engine, managers int) error {
	first := nodes[0].API
	request := swarm.InitRequest{ListenAddr: nodeAddr(0) + ":2377", AdvertiseAddr: nodeAddr(0)}
	request.Spec.Dispatcher.HeartbeatPeriod = heartbeat
	if _, err := first.SwarmInit(ctx, request); err != nil {
		return err
	}
	inspected, err := first.SwarmInspect(ctx)
	if err != nil {
		return err
	}
	// One after the other: two who become managers at once may be refused.
	for i, e := range nodes[1:] {
		token := inspected.JoinTokens.Worker
		if i+1 < managers {
			token = inspected.JoinTokens.Manager
		}
		addr := nodeAddr(i + 1)
		err := e.API.SwarmJoin(ctx, swarm.JoinRequest{
			ListenAddr: addr + ":2377", AdvertiseAddr: addr, RemoteAddrs: []string{nodeAddr(0) + ":2377"}, JoinToken: token,
		})
		if err != nil {
			return fmt.Errorf("node %d: %w", i+1, err)
		}
	}
	return nil
}

// Kill ends an engine and all that runs on it at once, as a power cut does.
func (e *Engine) Kill() {
	_ = e.daemon.command.Process.Kill()
	<-e.daemon.done
}

// Cut takes the engine's links to all other nodes down, Mend puts them up again.
func (e *Engine) Cut(t testing.TB)  { t.Helper(); e.links(t, "down") }
func (e *Engine) Mend(t testing.TB) { t.Helper(); e.links(t, "up") }

func (e *Engine) links(t testing.TB, state string) {
	t.Helper()
	// Cards of containers have other names. /sys would list those of the machine.
	script := `cards=$(ip -o link | sed -n 's/^[0-9]*: \(node[0-9]*\)@.*/\1/p'); test -n "$cards" || exit 1
for card in $cards; do ip link set "$card" ` + state + ` || exit 1; done`
	if err := command("nsenter", "--net", "--target", e.pid(), "sh", "-c", script); err != nil {
		t.Fatal(err)
	}
}
