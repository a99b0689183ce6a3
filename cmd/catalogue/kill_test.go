package main

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/network"
	engineswarm "github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/deploy"
	"coopcloud.tech/catalogue/internal/deploy/release"
	"coopcloud.tech/catalogue/internal/deploy/swarm"
	"coopcloud.tech/catalogue/test/engine"
)

// kills is how many clients TestKilledClient kills: CATALOGUE_TEST_KILLS, else 3.
func kills(t *testing.T) int {
	text := os.Getenv("CATALOGUE_TEST_KILLS")
	if text == "" {
		return 3
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("CATALOGUE_TEST_KILLS=%s: expected a number", text)
	}
	return n
}

// TestKilledClient kills catalogue processes at random moments of first deploys, of
// upgrades and of upgrades that fail. Whatever was under way, the next deploy ends
// in the state that it was asked for, and nothing else is left.
func TestKilledClient(t *testing.T) {
	t.Parallel()
	e := engine.Start(t)
	e.Image(t, "tiny:1", `HEALTHCHECK --interval=500ms --timeout=5s CMD ["/app", "check"]`)
	e.Image(t, "tiny:crash", "ENV CRASH=broken-on-purpose", "HEALTHCHECK NONE")
	k := &killer{T: t, engine: e, home: t.TempDir()}
	k.write("servers/default/"+killedApp+".env", "TYPE=tiny\n")
	k.version("0", "tiny:1")
	begin := time.Now()
	k.mustRun("deploy", "-C")
	whole := time.Since(begin)
	volume := k.volume()
	for i := range kills(t) {
		moment := rand.N(whole)
		image, first := "tiny:1", i%3 == 0
		if first {
			k.mustRun("undeploy")
		}
		if i%3 == 2 {
			image = "tiny:crash"
		}
		k.version(strconv.Itoa(i+1), image)
		t.Logf("kill %d: first deploy %v, image %s, after %s of about %s", i, first, image, moment, whole)
		k.kill(moment, "deploy", "-C")
		k.version(strconv.Itoa(i+1), "tiny:1")
		k.mustRun("deploy", "-C", "--lock-wait", "1m")
		k.check(strconv.Itoa(i + 1))
		if now := k.volume(); now != volume {
			t.Fatalf("the volume was made at %s, and now at %s: its data is lost", volume, now)
		}
	}
}

const (
	killedApp   = "killed.test"
	killedStack = "killed_test"
)

type killer struct {
	*testing.T
	engine *engine.Engine
	home   string
}

func (k *killer) write(path, text string) {
	k.Helper()
	path = filepath.Join(k.home, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		k.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		k.Fatal(err)
	}
}

// version writes the local recipe: three services, of which one has a volume, and
// one a config and a network that each version names anew.
func (k *killer) version(n, image string) {
	k.Helper()
	k.write("recipes/tiny/compose.yml", fmt.Sprintf(`
services:
  app:
    image: %[2]s
    configs: [{source: conf, target: /conf}]
    networks: [net%[1]s]
    stop_grace_period: 1s
    depends_on: [db]
    deploy: {labels: {round: "%[1]s"}, restart_policy: {condition: none}, update_config: {monitor: 1s}}
  db: {image: "tiny:1", volumes: ["data:/data"], stop_grace_period: 1s, deploy: {labels: {round: "%[1]s"}, update_config: {monitor: 500ms}}}
  side: {image: "tiny:1", environment: {ROUND: "%[1]s"}, stop_grace_period: 1s, deploy: {update_config: {monitor: 500ms}}}
volumes: {data: }
networks: {net%[1]s: }
configs: {conf: {name: "${STACK_NAME}_conf_%[1]s", file: conf}}
`, n, image))
	k.write("recipes/tiny/conf", "of version "+n)
	k.write("recipes/tiny/.env.sample", "TYPE=tiny\n")
}

func (k *killer) command(verb string, flags ...string) *exec.Cmd {
	self, err := os.Executable()
	if err != nil {
		k.Fatal(err)
	}
	args := append([]string{"app", verb, killedApp, "-n", "-o", "--lock-ttl", "2s"}, flags...)
	if verb == "deploy" {
		args = append(args, "--no-lint")
	}
	command := exec.Command(self, args...)
	command.Args[0] = "catalogue" // the test binary is the program under this name
	command.Env = append(os.Environ(), "ABRA_DIR="+k.home, "HOME="+k.home, "DOCKER_HOST="+k.engine.Host)
	return command
}

func (k *killer) mustRun(verb string, flags ...string) {
	k.Helper()
	command := k.command(verb, flags...)
	if out, err := command.CombinedOutput(); err != nil {
		k.Fatalf("%s: %v\n%s", command, err, out)
	}
}

func (k *killer) kill(after time.Duration, verb string, flags ...string) {
	k.Helper()
	command := k.command(verb, flags...)
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	if err := command.Start(); err != nil {
		k.Fatal(err)
	}
	timer := time.AfterFunc(after, func() { _ = command.Process.Kill() })
	defer timer.Stop()
	err := command.Wait()
	k.Logf("%v; it had said:\n%s", err, out.String())
}

func (k *killer) check(n string) {
	k.Helper()
	client, err := swarm.Connect(k.Context(), k.engine.Host, func(string) string { return "" })
	if err != nil {
		k.Fatal(err)
	}
	defer client.Close()
	records, err := (&deploy.Deployer{Swarm: client}).Releases(k.Context(), killedStack)
	if err != nil || len(records) == 0 {
		k.Fatalf("%d records (%v)", len(records), err)
	}
	k.checkServices(n)
	k.checkConfigs(records)
	k.checkNetworks(n, records)
	k.checkRecords(records)
}

func (k *killer) ofStack() filters.Args {
	return filters.NewArgs(filters.Arg("label", "com.docker.stack.namespace="+killedStack))
}

func (k *killer) checkServices(n string) {
	services, err := k.engine.API.ServiceList(k.Context(), engineswarm.ServiceListOptions{Filters: k.ofStack(), Status: true})
	if err != nil || len(services) != 3 {
		k.Fatalf("%d services (%v), want 3", len(services), err)
	}
	for _, service := range services {
		spec := service.Spec
		if spec.Labels["round"] != n && !slices.Contains(spec.TaskTemplate.ContainerSpec.Env, "ROUND="+n) {
			k.Errorf("service %s is not of version %s: %v", spec.Name, n, spec.Labels)
		}
		if service.ServiceStatus.RunningTasks != 1 || spec.TaskTemplate.ContainerSpec.Image != "tiny:1" {
			k.Errorf("service %s: %d tasks of %s run", spec.Name, service.ServiceStatus.RunningTasks, spec.TaskTemplate.ContainerSpec.Image)
		}
	}
}

// checkConfigs finds configs that neither a release nor the engine's own way back
// refers to.
func (k *killer) checkConfigs(records []release.Record) {
	configs, err := k.engine.API.ConfigList(k.Context(), engineswarm.ConfigListOptions{Filters: k.ofStack()})
	if err != nil {
		k.Fatal(err)
	}
	used := map[string]bool{}
	for _, record := range records {
		for _, name := range record.Specs.ConfigNames() {
			used[name] = true
		}
	}
	for _, config := range configs {
		if !used[config.Spec.Name] {
			k.Errorf("config %s is an orphan; used are %v", config.Spec.Name, slices.Sorted(maps.Keys(used)))
		}
	}
}

func (k *killer) checkNetworks(n string, records []release.Record) {
	networks, err := k.engine.API.NetworkList(k.Context(), network.ListOptions{Filters: k.ofStack()})
	if err != nil {
		k.Fatal(err)
	}
	used := map[string]bool{}
	for _, record := range records {
		for _, name := range record.Specs.NetworkNames() {
			used[name] = true
		}
	}
	for _, found := range networks {
		if !used[found.Name] {
			k.Errorf("network %s is an orphan", found.Name)
		}
	}
	if !slices.ContainsFunc(networks, func(found network.Summary) bool { return found.Name == killedStack+"_net"+n }) {
		k.Errorf("network net%s is not there", n)
	}
}

// checkRecords wants the last release to have converged, the others to have ended,
// and the lock to be free.
func (k *killer) checkRecords(records []release.Record) {
	if records[0].Result != release.Converged {
		k.Errorf("the last release is %s", records[0].Result)
	}
	for _, record := range records {
		if record.Result == release.Pending {
			k.Errorf("release %d is still pending", record.Number)
		}
	}
	if _, _, err := k.engine.API.ConfigInspectWithRaw(k.Context(), killedStack+".lock"); err == nil {
		k.Error("the lock is still there")
	}
}

// volume is when the volume was made: one that was lost and made again is another.
func (k *killer) volume() string {
	k.Helper()
	volume, err := k.engine.API.VolumeInspect(context.WithoutCancel(k.Context()), killedStack+"_data")
	if err != nil {
		k.Fatalf("the volume is gone: %v", err)
	}
	return strings.TrimSpace(volume.CreatedAt)
}
