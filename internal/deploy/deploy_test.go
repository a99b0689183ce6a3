package deploy_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/deploy"
	"coopcloud.tech/catalogue/test/engine"
)

const oneService = `
version: "3.8"
services:
  app:
    image: tiny:1
    networks: [internal]
    environment: [PORT=8080]
    volumes: ["data:/data"]
    healthcheck: {test: ["CMD", "/app", "check"], interval: 1s, timeout: 5s, retries: 3}
    deploy:
      restart_policy: {condition: on-failure, delay: 500ms}
      update_config: {order: start-first, failure_action: rollback, monitor: 2s}
      labels:
        - "coop-cloud.${STACK_NAME}.version=1.0.0+1"
        - "coop-cloud.${STACK_NAME}.timeout=60"
volumes: {data: }
networks: {internal: }
`

// with swaps words of the compose file.
func with(text string, swaps ...string) map[string]string {
	return compose(strings.NewReplacer(swaps...).Replace(text))
}

func TestDeployThenNothingThenUpgrade(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:1")
	r.image("tiny:2")
	r.mustDeploy(at("1.0.0+1", compose(oneService)))
	first := r.services()["app"]
	if len(r.running()) != 1 {
		t.Fatalf("running tasks: %v", r.running())
	}
	if got := deploy.RunningVersion([]swarm.Service{first}, r.stack); got != "1.0.0+1" {
		t.Errorf("version label: %q", got)
	}

	plan, err := r.plan(at("1.0.0+1", compose(oneService)), deploy.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if plan.Writes() {
		t.Errorf("a second deploy of the same would write:\n%s", plan.Text(false))
	}
	r.mustDeploy(at("1.0.0+1", compose(oneService)))
	if again := r.services()["app"]; again.Version != first.Version {
		t.Errorf("version index moved from %d to %d", first.Version.Index, again.Version.Index)
	}

	old := r.running()
	r.mustDeploy(at("1.1.0+2", with(oneService, "tiny:1", "tiny:2", "1.0.0+1", "1.1.0+2")))
	if got := r.services()["app"].Spec.TaskTemplate.ContainerSpec.Image; got != "tiny:2" {
		t.Errorf("image after the upgrade: %s", got)
	}
	if now := r.running(); len(now) != 1 || slices.Equal(now, old) {
		t.Errorf("tasks before %v, after %v", old, now)
	}
}

func TestFailingUpgradeIsRolledBack(t *testing.T) {
	for name, action := range map[string]string{"EngineRollsBack": "rollback", "EnginePauses": "pause", "EngineGoesOn": "continue"} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, "")
			r.image("tiny:1")
			r.image("tiny:planet", `ENV CRASH="the database is of another planet"`)
			good := strings.ReplaceAll(oneService, "failure_action: rollback", "failure_action: "+action)
			r.mustDeploy(at("1.0.0+1", compose(good)))
			before, old := r.services()["app"], r.running()

			err := r.deploy(at("2.0.0+2", with(good, "tiny:1", "tiny:planet", "1.0.0+1", "2.0.0+2")), deploy.Options{})
			// Its data may have been changed: not all is as it was.
			if !errors.Is(err, deploy.ErrUnclear) {
				t.Fatalf("want ErrUnclear, got %v", err)
			}
			for _, words := range []string{"service " + r.stack + "_app: crashed", "the database is of another planet", "Rolled back", "data may have been changed"} {
				if !strings.Contains(err.Error(), words) {
					t.Errorf("the error lacks %q:\n%v", words, err)
				}
			}
			after := r.services()["app"]
			if image := after.Spec.TaskTemplate.ContainerSpec.Image; image != "tiny:1" {
				t.Errorf("image after the rollback: %s", image)
			}
			if label := after.Spec.Labels["coop-cloud."+r.stack+".version"]; label != before.Spec.Labels["coop-cloud."+r.stack+".version"] {
				t.Errorf("version label after the rollback: %s", label)
			}
			// With "continue", the engine itself stops the old task.
			if action != "continue" && !slices.Equal(r.running(), old) {
				t.Errorf("start-first: the old tasks %v should run on, but there are %v", old, r.running())
			}
		})
	}
}

func TestUnhealthyUpgradeIsRolledBack(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:1")
	r.image("tiny:ill", "ENV UNHEALTHY=1")
	good := strings.ReplaceAll(oneService, "order: start-first, failure_action: rollback", "order: stop-first, failure_action: pause")
	r.mustDeploy(at("1.0.0+1", compose(good)))
	err := r.deploy(at("2.0.0+2", with(good, "tiny:1", "tiny:ill")), deploy.Options{})
	if !errors.Is(err, deploy.ErrUnclear) || !strings.Contains(err.Error(), "_app: unhealthy") || !strings.Contains(err.Error(), "Rolled back") {
		t.Fatalf("want a rolled back, unhealthy service, got %v", err)
	}
	if len(r.running()) != 1 || r.services()["app"].Spec.TaskTemplate.ContainerSpec.Image != "tiny:1" {
		t.Errorf("after the rollback: %v", r.services()["app"].Spec.TaskTemplate.ContainerSpec.Image)
	}
}

func TestFirstDeployThatCrashesLeavesOnlyVolumes(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:no-luck", "ENV CRASH=no-luck-today", "HEALTHCHECK NONE")
	// A busy machine may take seconds to tell that a task that has just started has
	// ended already: a short monitor time would take it for well.
	files := with(oneService, "tiny:1", "tiny:no-luck", "healthcheck:", "x-none:", "monitor: 2s", "monitor: 30s")
	files["compose.yml"] += "configs: {c: {name: \"${STACK_NAME}_c_v1\", file: ./c.conf}}\n"
	files["compose.yml"] = strings.Replace(files["compose.yml"], "volumes: [", "configs: [c]\n    volumes: [", 1)
	files["c.conf"] = "hello"
	err := r.deploy(at("1.0.0+1", files), deploy.Options{Timeout: 5 * time.Minute})
	if !errors.Is(err, deploy.ErrRestored) || !strings.Contains(err.Error(), "3 tasks in a row failed") {
		t.Fatalf("want ErrRestored after three crashes, got %v", err)
	}
	if !strings.Contains(err.Error(), "no-luck-today") {
		t.Errorf("the last log lines are missing: %v", err)
	}
	if left := r.services(); len(left) != 0 {
		t.Errorf("services left: %v", left)
	}
	networks, err := r.engine.API.NetworkList(t.Context(), network.ListOptions{Filters: ofStack(r.stack)})
	if err != nil || len(networks) != 0 {
		t.Errorf("networks left: %v %v", networks, err)
	}
	configs, err := r.engine.API.ConfigList(t.Context(), swarm.ConfigListOptions{Filters: ofStack(r.stack)})
	if err != nil || len(configs) != 0 {
		t.Errorf("configs left: %v %v", configs, err)
	}
	if !r.hasVolume("data") {
		t.Error("the volume is gone")
	}
}

func (r *rig) hasVolume(name string) bool {
	_, err := r.engine.API.VolumeInspect(r.t.Context(), r.stack+"_"+name)
	return err == nil
}

func TestUnschedulableServiceFails(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:1")
	// A plan that is not to be waited for only warns; see TestPreflight.
	plan, err := r.plan(at("1.0.0+1", with(oneService, "    deploy:\n", "    deploy:\n      placement: {constraints: [node.labels.moon == full]}\n")), deploy.Options{NoWait: true})
	if err != nil {
		t.Fatal(err)
	}
	err = r.Apply(t.Context(), plan, deploy.Options{})
	if !errors.Is(err, deploy.ErrRestored) || !strings.Contains(err.Error(), "unschedulable: no suitable node") {
		t.Fatalf("want an unschedulable service, got %v", err)
	}
}

func TestTimeoutKeepsTasksAndTheNextDeployGoesOn(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:late", "ENV HEALTHY_AFTER=6s", `HEALTHCHECK --interval=1s --start-period=30s CMD ["/app", "check"]`)
	// The image's own healthcheck, so that the spec's does not lengthen the timeout.
	slow := with(oneService, "tiny:1", "tiny:late", "timeout=60", "timeout=1", "healthcheck:", "x-none:")
	err := r.deploy(at("1.0.0+1", slow), deploy.Options{})
	if !errors.Is(err, deploy.ErrUnclear) || !strings.Contains(err.Error(), "timed-out: 0 of 1 tasks run after 2s") {
		t.Fatalf("want a timeout, got %v", err)
	}
	if err := r.deploy(at("1.0.0+1", slow), deploy.Options{Timeout: time.Minute}); err != nil {
		t.Fatalf("the next deploy: %v", err)
	}
	if r.services()["app"].PreviousSpec != nil {
		t.Error("the next deploy wrote, though nothing had changed")
	}
}

func TestMissingThingsAreRefusedBeforeAnyWrite(t *testing.T) {
	r := newRig(t, "SECRET_DB_PASSWORD_VERSION=v1 # length=20\nSECRET_API_TOKEN_VERSION=v2 # generate=false\n")
	files := map[string]string{"compose.yml": `
services:
  app:
    image: tiny:1
    networks: [proxy]
    secrets: [db_password, api_token]
networks: {proxy: {external: true, name: no-such-proxy}}
secrets:
  db_password: {external: true, name: "${STACK_NAME}_db_password_${SECRET_DB_PASSWORD_VERSION}"}
  api_token: {external: true, name: "${STACK_NAME}_api_token_${SECRET_API_TOKEN_VERSION}"}
`, ".env.sample": "TYPE=tiny\n"}
	err := r.deploy(at("1.0.0+1", files), deploy.Options{})
	if !errors.Is(err, deploy.ErrRefused) {
		t.Fatalf("want ErrRefused, got %v", err)
	}
	for _, words := range []string{
		"secret not generated: db_password",
		"catalogue app secret generate " + r.app.Domain + " db_password v1",
		"secret not inserted (#generate=false): api_token",
		"external network no-such-proxy does not exist in the swarm; run: docker network create -d overlay no-such-proxy",
	} {
		if !strings.Contains(err.Error(), words) {
			t.Errorf("the error lacks %q:\n%v", words, err)
		}
	}
	if len(r.services()) != 0 {
		t.Error("something was written")
	}
}

func TestNoManagerIsRefused(t *testing.T) {
	t.Parallel()
	r := rigOn(t, engine.Start(t, engine.NoSwarm), "")
	err := r.deploy(at("1.0.0+1", compose(oneService)), deploy.Options{})
	if !errors.Is(err, deploy.ErrRefused) || !strings.Contains(err.Error(), "run there: docker swarm init") {
		t.Fatalf("want ErrRefused with what to run, got %v", err)
	}
}

func TestUndeployKeepsVolumesAndSecrets(t *testing.T) {
	r := newRig(t, "SECRET_KEY_VERSION=v1 # length=12\n")
	r.image("tiny:1")
	files := with(oneService, "    volumes:", "    secrets: [key]\n    volumes:")
	files["compose.yml"] += "secrets: {key: {external: true, name: \"${STACK_NAME}_key_${SECRET_KEY_VERSION}\"}}\n"
	want, err := deploy.Prepare(r.app, at("1.0.0+1", files))
	if err != nil {
		t.Fatal(err)
	}
	missing, err := r.Missing(t.Context(), want)
	if err != nil || len(missing) != 1 {
		t.Fatalf("missing secrets: %v %v", missing, err)
	}
	made, err := r.Generate(t.Context(), missing)
	if err != nil || len(made) != 1 || len(made[0].Value.Bytes()) != 12 {
		t.Fatalf("generated: %v %v", made, err)
	}
	t.Cleanup(func() { r.removeSecret(made[0].Secret.Name) })
	r.mustDeploy(at("1.0.0+1", files))

	removal, err := r.PlanRemoval(t.Context(), r.app)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Remove(t.Context(), removal, 0); err != nil {
		t.Fatal(err)
	}
	if len(r.services()) != 0 || len(r.running()) != 0 {
		t.Error("services or tasks are left")
	}
	if !r.hasVolume("data") {
		t.Error("the volume is gone")
	}
	states, err := r.SecretStates(t.Context(), want)
	if err != nil || len(states) != 1 || !states[0].Created {
		t.Errorf("the secret is gone: %v %v", states, err)
	}
	again, err := r.PlanRemoval(t.Context(), r.app)
	if err != nil || !again.Empty() {
		t.Errorf("left after the undeploy: %+v %v", again, err)
	}
}

func TestServiceThatLeftTheFilesIsRemovedLast(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:1")
	r.image("tiny:crash", "ENV CRASH=no")
	two := oneService[:strings.Index(oneService, "volumes: {data")] + "  cache: {image: \"tiny:1\", networks: [internal]}\nvolumes: {data: }\nnetworks: {internal: }\n"
	r.mustDeploy(at("1.0.0+1", compose(two)))
	cache := r.services()["cache"]

	err := r.deploy(at("2.0.0+2", with(oneService, "tiny:1", "tiny:crash")), deploy.Options{})
	if !errors.Is(err, deploy.ErrUnclear) || !strings.Contains(err.Error(), "Rolled back") {
		t.Fatalf("want ErrUnclear and a rollback, got %v", err)
	}
	if now := r.services()["cache"]; now.Version != cache.Version {
		t.Error("a failed deploy touched the service that it was to remove")
	}
	r.mustDeploy(at("2.0.1+1", compose(oneService)))
	if _, there := r.services()["cache"]; there {
		t.Error("the service is still there")
	}
}
