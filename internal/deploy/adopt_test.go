package deploy_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"coopcloud.tech/catalogue/internal/deploy"
	"coopcloud.tech/catalogue/test/engine"
)

// everything uses what a spec can say and this engine can run.
const everything = `
version: "3.13"
services:
  app:
    image: tiny:1
    environment: [A=1, B, "PORT=8080"]
    networks: {internal: {aliases: [one, two]}, default: }
    secrets: [{source: token, target: other, mode: 0400}]
    configs: [{source: conf, target: /etc/x}, conf]
    volumes: ["data:/data", "/tmp:/host:ro", {type: tmpfs, target: /scratch, tmpfs: {size: 1000000}}]
    healthcheck: {test: ["CMD", "/app", "check"], interval: 1s, retries: 3, start_period: 10s}
    ulimits: {nofile: 1024, nproc: {soft: 100, hard: 200}}
    extra_hosts: ["db:10.1.2.3"]
    dns: [10.1.1.1]
    init: true
    cap_add: [NET_ADMIN]
    cap_drop: [MKNOD]
    labels: {container: label}
    hostname: "{{.Node.Hostname}}"
    stop_grace_period: 3s
    stop_signal: SIGINT
    logging: {driver: json-file, options: {max-size: 1m}}
    deploy:
      endpoint_mode: dnsrr
      labels: [service=label, "empty="]
      update_config: {order: start-first, delay: 1s}
      rollback_config: {parallelism: 0}
      restart_policy: {condition: on-failure, delay: 1s, max_attempts: 9, window: 10s}
      resources: {limits: {cpus: "0.5", memory: 50M, pids: 100}, reservations: {memory: 8M}}
      placement: {constraints: [node.role == manager, node.platform.os == linux], preferences: [{spread: node.labels.zone}], max_replicas_per_node: 2}
  plain: {image: tiny:1}
  everywhere: {image: tiny:1, deploy: {mode: global, restart_policy: {}, update_config: {}, resources: {}, placement: {}}}
  scaled: {image: tiny:1, deploy: {replicas: 2}}
volumes: {data: {labels: [a=b]}}
networks: {internal: {internal: true, attachable: true, labels: [a=b]}}
secrets: {token: {file: ./token}}
configs: {conf: {file: ./conf}}
`

// What docker stack deploy deployed is taken over without a call.
func TestStackOfAnotherToolIsAdopted(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:1")
	engine.NeedsCommand(t)
	files := map[string]string{"compose.yml": everything, "token": "secret", "conf": "hello"}
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.Command("docker", "-H", r.engine.Host, "stack", "deploy", "--detach=true", "--resolve-image=never", "-c", filepath.Join(dir, "compose.yml"), r.stack)
	command.Env = append(os.Environ(), "HOME="+t.TempDir())
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("docker stack deploy: %v\n%s", err, out)
	}
	want, err := deploy.Prepare(r.app, at("1.0.0+1", files))
	if err != nil {
		t.Fatal(err)
	}
	// What our deploy adds to service app is left out: the peer cannot say it.
	for i := range want.Specs.Services {
		spec := &want.Specs.Services[i]
		for _, label := range []string{"recipe", "chaos", "version"} {
			delete(spec.Labels, "coop-cloud."+r.stack+"."+label)
		}
		container := spec.TaskTemplate.ContainerSpec
		container.Env = slices.DeleteFunc(container.Env, func(entry string) bool {
			return entry == "TYPE=tiny:1.0.0+1" || entry == "STACK_NAME="+r.stack
		})
	}
	plan, err := r.Plan(t.Context(), want, deploy.Options{Offline: true})
	if err != nil {
		t.Fatal(err)
	}
	if plan.Writes() {
		t.Errorf("the plan would write:\n%s", plan.Text(false))
	}
	if err := r.Apply(t.Context(), plan, deploy.Options{}); err != nil {
		t.Fatal(err)
	}
	r.wantHistory() // there was nothing to write
	running := r.running()
	if err := r.Apply(t.Context(), plan, deploy.Options{}); err != nil {
		t.Fatal(err)
	}
	if len(running) != 5 || !slices.Equal(running, r.running()) {
		t.Errorf("tasks were %v and are %v", running, r.running())
	}
}
