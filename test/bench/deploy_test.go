//go:build bench

package bench

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/test/engine"
)

// TestDeploy measures whole deploys against docker stack deploy --detach=false:
// the same stack without depends_on on the same engine, no registry asked, and
// both wait until every task has run for the engine's monitor time.
func TestDeploy(t *testing.T) {
	b := &swarmBench{T: t, engine: engine.Start(t), dir: t.TempDir()}
	b.engine.Image(t, "bench:1", "HEALTHCHECK NONE")
	for _, services := range []int{1, 5, 20} {
		for _, r := range b.rows(services) {
			ratio := "no peer"
			if r.their > 0 {
				ratio = fmt.Sprintf("%.2f", float64(r.ours)/float64(r.their))
			}
			fmt.Printf("| %-46s | %10s | %-42s | %10s | %7s | %s\n", r.what, round(r.ours), r.peer, round(r.their), ratio, r.note)
		}
	}
}

// swarmBench is one engine, and an app on it.
type swarmBench struct {
	*testing.T
	engine *engine.Engine
	dir    string // ABRA_DIR
}

const (
	benchApp   = "bench.test"
	benchStack = "bench_test"
)

// deployRuns are fewer than others: of 20 services the peer takes minutes.
const deployRuns = 5

func (b *swarmBench) rows(services int) []row {
	var first, update, again, plan, peerFirst, peerUpdate []time.Duration
	for range deployRuns {
		b.write(services, "one")
		first = append(first, b.timed(b.ours()))
		before := b.indexes()
		again = append(again, b.timed(b.ours()))
		if after := b.indexes(); !slices.Equal(before, after) {
			b.Errorf("an unchanged redeploy of %d services wrote", services)
		}
		plan = append(plan, b.timed(b.ours("--dry-run")))
		b.write(services, "two")
		update = append(update, b.timed(b.ours()))
		b.clear()

		b.write(services, "one")
		peerFirst = append(peerFirst, b.timed(b.docker()))
		b.write(services, "two")
		peerUpdate = append(peerUpdate, b.timed(b.docker()))
		b.clear()
	}
	name := fmt.Sprintf("%d services", services)
	note := fmt.Sprintf("%d runs", deployRuns)
	const peer = "docker stack deploy --detach=false"
	return []row{
		{"first deploy, " + name, peer, median(first), median(peerFirst), note},
		{"update of all, " + name, peer, median(update), median(peerUpdate), note},
		{"unchanged redeploy, " + name, "", median(again), 0, note + "; it writes nothing"},
		{"plan (--dry-run), " + name, "", median(plan), 0, note},
	}
}

// write makes the app's env and its recipe, with a value that all services get.
func (b *swarmBench) write(services int, value string) {
	recipe := filepath.Join(b.dir, "recipes", "bench")
	text := "version: \"3.8\"\nservices:\n"
	for i := range services {
		name := fmt.Sprintf("s%d", i)
		if i == 0 {
			name = "app"
		}
		text += fmt.Sprintf("  %s:\n    image: bench:1\n    environment: [VALUE=%s]\n    stop_grace_period: 1s\n", name, value)
		if i == 0 {
			text += "    deploy: {labels: [\"coop-cloud.${STACK_NAME}.version=1.0.0+1\"]}\n"
		}
	}
	b.file(filepath.Join(recipe, "compose.yml"), text)
	b.file(filepath.Join(recipe, ".env.sample"), "TYPE=bench\n")
	b.file(filepath.Join(b.dir, "servers", "default", benchApp+".env"), "TYPE=bench:1.0.0+1\n")
	if _, err := os.Stat(filepath.Join(recipe, ".git")); err != nil {
		for _, args := range [][]string{{"init", "-q"}, {"add", "."}, {"-c", "user.name=b", "-c", "user.email=b@example.com", "commit", "-qm", "first"}} {
			b.must(exec.Command("git", append([]string{"-C", recipe}, args...)...))
		}
	}
}

func (b *swarmBench) file(path, text string) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
}

func (b *swarmBench) ours(more ...string) *exec.Cmd {
	args := []string{"app", "deploy", benchApp, "--chaos", "--offline", "--no-input", "--no-domain-checks"}
	cmd := exec.Command(bin("catalogue"), append(args, more...)...)
	cmd.Env = append(os.Environ(), "ABRA_DIR="+b.dir, "DOCKER_HOST="+b.engine.Host)
	return cmd
}

func (b *swarmBench) docker() *exec.Cmd {
	file := filepath.Join(b.dir, "recipes", "bench", "compose.yml")
	cmd := exec.Command("docker", "stack", "deploy", "--detach=false", "--resolve-image=never", "-c", file, benchStack)
	cmd.Env = append(os.Environ(), "STACK_NAME="+benchStack, "DOCKER_HOST="+b.engine.Host)
	return cmd
}

func (b *swarmBench) must(cmd *exec.Cmd) {
	b.Helper()
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%s: %v\n%s", cmd, err, out)
	}
}

// timed fails where the command does: a refusal is quick.
func (b *swarmBench) timed(cmd *exec.Cmd) time.Duration {
	b.Helper()
	began := time.Now()
	b.must(cmd)
	return time.Since(began)
}

var benchLabel = filters.NewArgs(filters.Arg("label", "com.docker.stack.namespace="+benchStack))

// indexes are the versions of all services and configs.
func (b *swarmBench) indexes() (list []uint64) {
	services, err := b.engine.API.ServiceList(context.Background(), swarm.ServiceListOptions{})
	if err != nil {
		b.Fatal(err)
	}
	configs, err := b.engine.API.ConfigList(context.Background(), swarm.ConfigListOptions{})
	if err != nil {
		b.Fatal(err)
	}
	for _, s := range services {
		list = append(list, s.Version.Index)
	}
	for _, c := range configs {
		list = append(list, c.Version.Index)
	}
	slices.Sort(list)
	return list
}

// clear removes the stack with its history, and waits until nothing of it is
// left.
func (b *swarmBench) clear() {
	// docker stack rm fails where a task is slow to end (docker/cli#7304).
	rm := exec.Command(bin("catalogue"), "app", "undeploy", benchApp, "--no-input")
	rm.Env = append(os.Environ(), "ABRA_DIR="+b.dir, "DOCKER_HOST="+b.engine.Host)
	b.must(rm)
	configs, err := b.engine.API.ConfigList(context.Background(), swarm.ConfigListOptions{})
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range configs {
		if err := b.engine.API.ConfigRemove(context.Background(), c.ID); err != nil {
			b.Fatal(err)
		}
	}
	for end := time.Now().Add(time.Minute); b.left() > 0; time.Sleep(200 * time.Millisecond) {
		if time.Now().After(end) {
			b.Fatal("the stack does not go")
		}
	}
}

func (b *swarmBench) left() int {
	tasks, err := b.engine.API.TaskList(context.Background(), swarm.TaskListOptions{Filters: benchLabel})
	if err != nil {
		b.Fatal(err)
	}
	networks, err := b.engine.API.NetworkList(context.Background(), network.ListOptions{Filters: benchLabel})
	if err != nil {
		b.Fatal(err)
	}
	return len(tasks) + len(networks)
}
