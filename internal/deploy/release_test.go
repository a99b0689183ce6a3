package deploy_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/deploy"
	"coopcloud.tech/catalogue/internal/deploy/release"
	"coopcloud.tech/catalogue/test/engine"
)

// history is what the records say, oldest first, as "kind result version".
func (r *rig) history() []string {
	r.t.Helper()
	records, err := r.Releases(r.t.Context(), r.stack)
	if err != nil {
		r.t.Fatal(err)
	}
	var lines []string
	for _, record := range records {
		lines = append(lines, strings.TrimSpace(string(record.Kind)+" "+string(record.Result)+" "+record.Version))
	}
	slices.Reverse(lines)
	return lines
}

func (r *rig) wantHistory(want ...string) {
	r.t.Helper()
	if got := r.history(); !slices.Equal(got, want) {
		r.t.Errorf("history is\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// ours are the configs that records and the lock are kept in.
func (r *rig) ours() []swarm.Config {
	r.t.Helper()
	configs, err := r.engine.API.ConfigList(r.t.Context(), swarm.ConfigListOptions{
		Filters: filters.NewArgs(filters.Arg("label", release.LabelStack+"="+r.stack)),
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return configs
}

func (r *rig) configNames() []string {
	r.t.Helper()
	configs, err := r.engine.API.ConfigList(r.t.Context(), swarm.ConfigListOptions{Filters: ofStack(r.stack)})
	if err != nil {
		r.t.Fatal(err)
	}
	var names []string
	for _, config := range configs {
		names = append(names, strings.TrimPrefix(config.Spec.Name, r.stack+"_"))
	}
	slices.Sort(names)
	return names
}

func (r *rig) undeploy() {
	r.t.Helper()
	removal, err := r.PlanRemoval(r.t.Context(), r.app)
	if err == nil {
		err = r.Remove(r.t.Context(), removal, 0)
	}
	if err != nil {
		r.t.Fatal(err)
	}
}

// version is quick with a config of that version's bytes, so that each release
// has an object of its own.
func version(n string) deploy.Source {
	return at(n, map[string]string{
		"compose.yml": strings.Replace(quick, "app: {", "app: {configs: [{source: c, target: /c}], networks: [net"+n[:1]+"], ", 1) +
			"configs: {c: {name: \"${STACK_NAME}_c_" + n[:1] + "\", file: c}}\nnetworks: {net" + n[:1] + ": }\n",
		"c": "config of " + n,
	})
}

// crashing is a version whose task ends at once, and is not started again.
func crashing(n string) deploy.Source {
	return at(n, with(quick, "tiny:1", "tiny:crash", "monitor: 500ms", "monitor: 20s", "deploy: {", "deploy: {restart_policy: {condition: none}, "))
}

func TestEveryChangeIsRecordedAndNothingElse(t *testing.T) {
	r := newRig(t, "COLOUR=blue\n")
	r.Who = "ada@laptop"
	r.image("tiny:1")
	r.mustDeploy(at("1.0.0+1", compose(quick)))
	r.mustDeploy(at("1.0.0+1", compose(quick))) // nothing to write
	r.mustDeploy(at("1.1.0+1", compose(quick)))
	r.undeploy()
	r.wantHistory("deploy converged 1.0.0+1", "upgrade converged 1.1.0+1", "undeploy converged 1.1.0+1")

	records, err := r.Releases(t.Context(), r.stack)
	if err != nil {
		t.Fatal(err)
	}
	first := records[len(records)-1]
	if first.Number != 1 || first.Who != "ada@laptop" || first.App != r.app.Domain || first.Finished.IsZero() {
		t.Errorf("the first record: %+v", first)
	}
	if !bytes.Equal(first.Env, r.app.Env.Bytes()) {
		t.Errorf("its env: %q", first.Env)
	}
	if !strings.Contains(string(first.Plan), `"op":"create"`) || len(first.Specs.Services) != 1 {
		t.Errorf("its plan: %s\nits specs: %+v", first.Plan, first.Specs)
	}
	for _, config := range r.ours() {
		if label := config.Spec.Labels["com.docker.stack.namespace"]; label != "" {
			t.Errorf("config %s is part of stack %s", config.Spec.Name, label)
		}
		if strings.HasSuffix(config.Spec.Name, ".lock") {
			t.Error("the lock is still there")
		}
	}
}

// What another tool does is recorded before our next change, as a release to go
// back to.
func TestChangesOfOthersAreRecorded(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:1")
	r.image("tiny:crash", "ENV CRASH=no")
	r.mustDeploy(at("1.0.0+1", compose(quick)))
	r.touch("app", func(s *swarm.ServiceSpec) {
		s.TaskTemplate.ContainerSpec.Env = append(s.TaskTemplate.ContainerSpec.Env, "THEIRS=1")
	})
	err := r.deploy(crashing("1.1.0+1"), deploy.Options{})
	if !errors.Is(err, deploy.ErrRestored) {
		t.Fatalf("%v, want ErrRestored", err)
	}
	r.wantHistory("deploy converged 1.0.0+1", "external found 1.0.0+1", "upgrade rolled-back 1.1.0+1")
	if env := r.services()["app"].Spec.TaskTemplate.ContainerSpec.Env; !slices.Contains(env, "THEIRS=1") {
		t.Errorf("their change is gone: %v", env)
	}
	// A restart by hand is no change.
	r.touch("app", func(s *swarm.ServiceSpec) { s.TaskTemplate.ForceUpdate++ })
	r.mustDeploy(at("1.2.0+1", compose(quick)))
	// So is what an undeploy ends.
	r.touch("app", func(s *swarm.ServiceSpec) { s.Labels["theirs"] = "2" })
	r.undeploy()
	r.wantHistory("deploy converged 1.0.0+1", "external found 1.0.0+1", "upgrade rolled-back 1.1.0+1", "upgrade converged 1.2.0+1",
		"external found 1.2.0+1", "undeploy converged 1.2.0+1")
}

// docker stack rm knows nothing of our records, and leaves them.
func TestAnotherToolsUndeployLeavesTheRecords(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:1")
	engine.NeedsCommand(t)
	r.mustDeploy(version("1.0.0+1"))
	command := exec.Command("docker", "-H", r.engine.Host, "stack", "rm", "--detach=false", r.stack)
	command.Env = append(os.Environ(), "HOME="+t.TempDir())
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("docker stack rm: %v\n%s", err, out)
	}
	r.wantHistory("deploy converged 1.0.0+1")
	r.awaitNoNetworks()
	// Back, from the record alone: the config's bytes are in it.
	plan, target, err := r.PlanRollback(t.Context(), r.app, "1", deploy.Options{})
	if err != nil || target.Number != 1 {
		t.Fatal(target, err)
	}
	if err := r.Apply(t.Context(), plan, deploy.Options{}); err != nil {
		t.Fatal(err)
	}
	r.wantHistory("deploy converged 1.0.0+1", "external found", "rollback converged 1.0.0+1")
	if names := r.configNames(); !slices.Equal(names, []string{"c_1"}) {
		t.Errorf("configs: %v", names)
	}
}

// awaitNoNetworks: docker stack rm does not wait for the last task (cli#7304).
func (r *rig) awaitNoNetworks() {
	r.t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		networks, err := r.engine.API.NetworkList(r.t.Context(), network.ListOptions{Filters: ofStack(r.stack)})
		if err == nil && len(networks) == 0 {
			return
		}
		for _, n := range networks {
			_ = r.engine.API.NetworkRemove(r.t.Context(), n.ID)
		}
	}
	r.t.Fatal("the networks of the removed stack stay")
}

func TestRollback(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:1")
	for _, v := range []string{"1.0.0+1", "2.0.0+1", "3.0.0+1"} {
		r.mustDeploy(version(v))
	}
	// The configs of kept releases are kept.
	if names := r.configNames(); !slices.Equal(names, []string{"c_1", "c_2", "c_3"}) {
		t.Errorf("configs: %v", names)
	}
	for _, step := range []struct{ which, version string }{{"", "2.0.0+1"}, {"1.0.0+1", "1.0.0+1"}, {"3", "3.0.0+1"}} {
		plan, _, err := r.PlanRollback(t.Context(), r.app, step.which, deploy.Options{})
		if err == nil {
			err = r.Apply(t.Context(), plan, deploy.Options{})
		}
		if err != nil {
			t.Fatalf("rollback %q: %v", step.which, err)
		}
		app := r.services()["app"].Spec
		if refs := app.TaskTemplate.ContainerSpec.Configs; app.Labels["coop-cloud."+r.stack+".version"] != step.version || refs[0].ConfigName != r.stack+"_c_"+step.version[:1] {
			t.Errorf("rollback %q runs %v with config %s", step.which, app.Labels, refs[0].ConfigName)
		}
	}
	r.wantHistory("deploy converged 1.0.0+1", "upgrade converged 2.0.0+1", "upgrade converged 3.0.0+1",
		"rollback converged 2.0.0+1", "rollback converged 1.0.0+1", "rollback converged 3.0.0+1")
	for which, words := range map[string]string{"9": "has no release 9", "7.7.7": "has no release 7.7.7"} {
		if _, _, err := r.PlanRollback(t.Context(), r.app, which, deploy.Options{}); !errors.Is(err, deploy.ErrRefused) || !strings.Contains(err.Error(), words) {
			t.Errorf("rollback %s: %v, want ErrRefused with %q", which, err, words)
		}
	}
}

// A deploy that did not end lies in between: a failure goes back to before it.
func TestFailureAfterAnInterruptedDeployGoesBackToTheLastGoodRelease(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:1")
	r.image("tiny:crash", "ENV CRASH=no")
	r.mustDeploy(version("1.0.0+1"))
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	r.Progress = func(e deploy.Event) {
		if e.Phase == deploy.WaitPhase {
			interrupt()
		}
	}
	// It does not come up in time to become the last good one.
	r.image("tiny:late", "ENV HEALTHY_AFTER=1h", `HEALTHCHECK --start-period=2h CMD ["/app", "check"]`)
	plan, err := r.plan(at("2.0.0+1", with(quick, "tiny:1", "tiny:late")), deploy.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Apply(ctx, plan, deploy.Options{}); !errors.Is(err, deploy.ErrUnclear) {
		t.Fatalf("%v, want ErrUnclear", err)
	}
	r.Progress = r.note
	err = r.deploy(crashing("3.0.0+1"), deploy.Options{})
	if !errors.Is(err, deploy.ErrRestored) || !strings.Contains(err.Error(), "back at release 1 (1.0.0+1)") {
		t.Fatalf("%v, want to be back at release 1", err)
	}
	r.wantHistory("deploy converged 1.0.0+1", "upgrade interrupted 2.0.0+1", "upgrade rolled-back 3.0.0+1")
	if refs := r.services()["app"].Spec.TaskTemplate.ContainerSpec.Configs; refs[0].ConfigName != r.stack+"_c_1" || len(r.running()) != 1 {
		t.Errorf("config %s, tasks %v", refs[0].ConfigName, r.running())
	}
}

func TestKeepLeavesAFirstDeployThatFailed(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:1")
	r.image("tiny:crash", "ENV CRASH=no")
	err := r.deploy(crashing("1.0.0+1"), deploy.Options{Keep: true})
	if !errors.Is(err, deploy.ErrUnclear) || !strings.Contains(err.Error(), "kept as it is, for looking at") || len(r.services()) != 1 {
		t.Fatalf("%v, %d services; want it kept", err, len(r.services()))
	}
	r.wantHistory("deploy failed 1.0.0+1")
	// Without --keep the next failure removes all of it.
	if err := r.deploy(crashing("1.0.1+1"), deploy.Options{}); !errors.Is(err, deploy.ErrRestored) || len(r.services()) != 0 {
		t.Fatalf("%v, %d services; want it gone", err, len(r.services()))
	}
	networks, err := r.engine.API.NetworkList(t.Context(), network.ListOptions{Filters: ofStack(r.stack)})
	if err != nil || len(networks) != 0 {
		t.Errorf("networks left: %v %v", networks, err)
	}
}

// What no service, previous spec or kept release refers to is removed at the end;
// what an operator made is not.
func TestOldObjectsArePruned(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:1")
	label := map[string]string{"com.docker.stack.namespace": r.stack}
	theirs, err := r.engine.API.SecretCreate(t.Context(), swarm.SecretSpec{Annotations: swarm.Annotations{Name: r.stack + "_password_v1", Labels: label}, Data: []byte("x")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.removeSecret(theirs.ID) })
	_, err = r.engine.API.ConfigCreate(t.Context(), swarm.ConfigSpec{Annotations: swarm.Annotations{Name: r.stack + "_forgotten", Labels: label}, Data: []byte("x")})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 12 {
		if err := r.deploy(version(strconv.Itoa(i%3)+".0."+strconv.Itoa(i)+"+1"), deploy.Options{NoWait: i < 11}); err != nil {
			t.Fatal(err)
		}
	}
	records, err := r.Releases(t.Context(), r.stack)
	if err != nil || len(records) != 10 || records[0].Number != 12 {
		t.Errorf("%d records, the newest %d (%v); want the last 10", len(records), records[0].Number, err)
	}
	// Those of releases 1 and 2 are not needed any more, and that of release 3 is.
	names := r.configNames()
	for name, kept := range map[string]bool{"c_0": false, "c_1": false, "c_2": true, "forgotten": false} {
		if slices.Contains(names, name) != kept {
			t.Errorf("config %s: want kept %v, have %v", name, kept, names)
		}
	}
	if _, _, err := r.engine.API.SecretInspectWithRaw(t.Context(), theirs.ID); err != nil {
		t.Errorf("the operator's secret is gone: %v", err)
	}
}

// Whoever may write to the swarm may write anything under our labels.
func TestRubbishUnderOurLabelsIsLeftOut(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:1")
	r.mustDeploy(at("1.0.0+1", compose(quick)))
	own := r.ours()[0]
	for name, data := range map[string][]byte{
		"release.2": []byte("rubbish"),
		"release.3": own.Spec.Data, // of release 1
		"release.4": own.Spec.Data[:len(own.Spec.Data)/2],
	} {
		number := strings.TrimPrefix(name, "release.")
		spec := swarm.ConfigSpec{Annotations: swarm.Annotations{Name: r.stack + "." + name, Labels: map[string]string{
			release.LabelStack: r.stack, "tech.coopcloud.release": number, "tech.coopcloud.result": "converged",
		}}, Data: data}
		made, err := r.engine.API.ConfigCreate(t.Context(), spec)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = r.engine.API.ConfigRemove(context.Background(), made.ID) })
	}
	_, warnings, err := r.History(t.Context(), r.app)
	if err != nil || len(warnings) != 3 {
		t.Errorf("%d warnings (%v): %v", len(warnings), err, warnings)
	}
	r.mustDeploy(at("1.1.0+1", compose(quick)))
	r.wantHistory("deploy converged 1.0.0+1", "upgrade converged 1.1.0+1")
	if records, _ := r.Releases(t.Context(), r.stack); records[0].Number != 5 {
		t.Errorf("the new record has number %d, want 5: numbers are not used twice", records[0].Number)
	}
}

// What has changed around the stack since is found out before a write.
func TestRollbackPreflight(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:1")
	r.image("tiny:2")
	r.mustDeploy(at("1.0.0+1", with(quick, "stop_grace_period", `ports: ["18096:80"], stop_grace_period`)))
	r.mustDeploy(at("2.0.0+1", with(quick, "tiny:1", "tiny:2")))
	plan, _, err := r.PlanRollback(t.Context(), r.app, "", deploy.Options{})
	if err != nil || len(plan.Refused) > 0 || !strings.Contains(strings.Join(plan.Warnings, "\n"), "service "+r.stack+"_app: image tiny:1 cannot be found any more, and only nodes that have it can run it: ") {
		t.Errorf("an image that no registry has: %v %v %v", plan.Refused, plan.Warnings, err)
	}
	other := rigOn(t, r.engine, "STACK_NAME=holds_the_port\n")
	other.mustDeploy(at("1.0.0+1", with(quick, "stop_grace_period", `ports: ["18096:80"], stop_grace_period`)))
	plan, _, err = r.PlanRollback(t.Context(), r.app, "", deploy.Options{Offline: true})
	if err != nil || !strings.Contains(strings.Join(plan.Refused, "\n"), "port 18096/tcp is taken by service holds_the_port_app of stack holds_the_port") {
		t.Errorf("a port that another stack has taken: %v %v", plan.Refused, err)
	}
	if strings.Contains(strings.Join(plan.Warnings, "\n"), "cannot be found") {
		t.Errorf("a registry was asked: %v", plan.Warnings)
	}
	if err := r.Apply(t.Context(), plan, deploy.Options{}); !errors.Is(err, deploy.ErrRefused) {
		t.Errorf("%v, want ErrRefused", err)
	}
}
