package engine

import (
	"context"
	"fmt"
	"os/exec"
	"strconv"
	"testing"

	"github.com/docker/docker/api/types/swarm"
	"golang.org/x/sync/errgroup"
)

// Addresses of the two engines of a pair, on a network of their own.
const (
	ManagerAddr = "10.255.10.1"
	WorkerAddr  = "10.255.10.2"
)

// Hostnames of the two engines of a pair.
const (
	ManagerName = "manager-host"
	WorkerName  = "worker-host"
)

// Pair starts two engines for one test: the manager of a swarm, and a worker in
// it. Where the user named an engine the test is skipped.
func Pair(t testing.TB) (manager, worker *Engine) {
	t.Helper()
	if named() != "" {
		t.Skipf("needs two engines; CATALOGUE_TEST_ENGINE names %s", named())
	}
	var group errgroup.Group
	group.Go(func() (err error) { manager, err = start(options{noSwarm: true, hostname: ManagerName}); return err })
	group.Go(func() (err error) { worker, err = start(options{noSwarm: true, hostname: WorkerName}); return err })
	err := group.Wait()
	for _, e := range []*Engine{manager, worker} {
		if e != nil {
			t.Cleanup(e.stop)
		}
	}
	if err == nil {
		err = wire(manager, worker)
	}
	if err == nil {
		err = join(t.Context(), manager, worker)
	}
	giveUp(t, err)
	return manager, worker
}

// wire puts a pair of virtual cards between the engines' network namespaces.
func wire(manager, worker *Engine) error {
	pids := []string{strconv.Itoa(manager.daemon.command.Process.Pid), strconv.Itoa(worker.daemon.command.Process.Pid)}
	commands := [][]string{{"ip", "link", "add", "pair0", "netns", pids[0], "type", "veth", "peer", "name", "pair0", "netns", pids[1]}}
	for i, addr := range []string{ManagerAddr, WorkerAddr} {
		inside := []string{"nsenter", "--net", "--target", pids[i], "ip"}
		commands = append(commands,
			append(inside, "addr", "add", addr+"/24", "dev", "pair0"),
			append(inside[:len(inside):len(inside)], "link", "set", "pair0", "up"))
	}
	for _, command := range commands {
		if out, err := exec.Command(command[0], command[1:]...).CombinedOutput(); err != nil {
			return fmt.Errorf("%v: %w: %s", command, err, out)
		}
	}
	return nil
}

func join(ctx context.Context, manager, worker *Engine) error {
	_, err := manager.API.SwarmInit(ctx, swarm.InitRequest{ListenAddr: ManagerAddr + ":2377", AdvertiseAddr: ManagerAddr})
	if err != nil {
		return err
	}
	inspected, err := manager.API.SwarmInspect(ctx)
	if err != nil {
		return err
	}
	return worker.API.SwarmJoin(ctx, swarm.JoinRequest{
		ListenAddr: WorkerAddr + ":2377", AdvertiseAddr: WorkerAddr,
		RemoteAddrs: []string{ManagerAddr + ":2377"}, JoinToken: inspected.JoinTokens.Worker,
	})
}
