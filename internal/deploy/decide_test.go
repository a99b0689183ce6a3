package deploy_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/docker/docker/api/types/mount"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/deploy"
	"coopcloud.tech/catalogue/internal/deploy/convert"
	engineclient "coopcloud.tech/catalogue/internal/deploy/swarm"
)

// spec is a small service's spec.
func spec(image string, change ...func(*swarm.ServiceSpec)) swarm.ServiceSpec {
	s := swarm.ServiceSpec{
		Annotations: swarm.Annotations{Name: "s_app", Labels: map[string]string{"a": "b"}},
		TaskTemplate: swarm.TaskSpec{
			ContainerSpec: &swarm.ContainerSpec{Image: image, Env: []string{"A=1", "B=2"}},
			Networks:      []swarm.NetworkAttachmentConfig{{Target: "s_default", Aliases: []string{"app"}}},
		},
		Mode: swarm.ServiceMode{Replicated: &swarm.ReplicatedService{}},
	}
	for _, c := range change {
		c(&s)
	}
	return s
}

// stored is the same spec as an engine gives it back.
func stored(s swarm.ServiceSpec, change ...func(*swarm.ServiceSpec)) *engineclient.State {
	data, _ := json.Marshal(s)
	var have swarm.ServiceSpec
	_ = json.Unmarshal(data, &have)
	have.TaskTemplate.Runtime = swarm.RuntimeContainer
	have.TaskTemplate.Resources = &swarm.ResourceRequirements{}
	have.TaskTemplate.Placement = &swarm.Placement{}
	have.TaskTemplate.ContainerSpec.Isolation = "default"
	have.TaskTemplate.ContainerSpec.Privileges = &swarm.Privileges{}
	have.EndpointSpec = &swarm.EndpointSpec{Mode: swarm.ResolutionModeVIP}
	one := uint64(1)
	if have.Mode.Replicated != nil && have.Mode.Replicated.Replicas == nil {
		have.Mode.Replicated.Replicas = &one
	}
	for i := range have.TaskTemplate.Networks {
		have.TaskTemplate.Networks[i].Target = "id-of-" + have.TaskTemplate.Networks[i].Target
	}
	for _, c := range change {
		c(&have)
	}
	return &engineclient.State{
		Services: []swarm.Service{{ID: "id", Meta: swarm.Meta{Version: swarm.Version{Index: 7}}, Spec: have}},
		Networks: []network.Summary{{ID: "id-of-s_default", Name: "s_default", Scope: "swarm", Driver: "overlay"}},
	}
}

func wanted(services ...swarm.ServiceSpec) *convert.Specs {
	return &convert.Specs{Stack: "s", Services: services}
}

func container(change func(*swarm.ContainerSpec)) func(*swarm.ServiceSpec) {
	return func(s *swarm.ServiceSpec) { change(s.TaskTemplate.ContainerSpec) }
}

func replicas(n uint64) func(*swarm.ServiceSpec) {
	return func(s *swarm.ServiceSpec) {
		s.Mode = swarm.ServiceMode{Replicated: &swarm.ReplicatedService{Replicas: &n}}
	}
}

func job(n uint64) func(*swarm.ServiceSpec) {
	return func(s *swarm.ServiceSpec) {
		s.Mode = swarm.ServiceMode{ReplicatedJob: &swarm.ReplicatedJob{MaxConcurrent: &n, TotalCompletions: &n}}
	}
}

var digest = "@sha256:" + strings.Repeat("2", 64)

func TestDecide(t *testing.T) {
	pinned := container(func(c *swarm.ContainerSpec) { c.Image += digest })
	rebuilt := map[string]engineclient.Image{"app:1": {Ref: "app:1@sha256:" + strings.Repeat("3", 64)}}
	tests := []struct {
		name   string
		have   *engineclient.State
		want   *convert.Specs
		images map[string]engineclient.Image
		force  bool
		lines  string // the plan's lines for services
	}{
		{"new", &engineclient.State{}, wanted(spec("app:1")), nil, false, "create s_app"},
		{"same", stored(spec("app:1")), wanted(spec("app:1")), nil, false, "keep s_app"},
		{"same, forced", stored(spec("app:1")), wanted(spec("app:1")), nil, true, "update s_app: forced: its tasks are replaced"},
		{
			"same in another order", stored(spec("app:1")),
			wanted(spec("docker.io/library/app:1", container(func(c *swarm.ContainerSpec) { slices.Reverse(c.Env) }))), nil, false, "keep s_app",
		},
		{"engine's networks of old", stored(spec("app:1"), func(s *swarm.ServiceSpec) {
			//lint:ignore SA1019 that is what is tested
			s.Networks, s.TaskTemplate.Networks = s.TaskTemplate.Networks, nil
		}), wanted(spec("app:1")), nil, false, "keep s_app"},
		{"image", stored(spec("app:1")), wanted(spec("app:2")), nil, false, "update s_app [image: app:1 → app:2]"},
		{"digest kept", stored(spec("app:1", pinned)), wanted(spec("app:1")), nil, false, "keep s_app"},
		{"digest kept, image rebuilt", stored(spec("app:1", pinned)), wanted(spec("app:1")), rebuilt, false, "keep s_app: image app:1 was rebuilt; --force takes the new build"},
		{"rebuilt and forced", stored(spec("app:1", pinned)), wanted(spec("app:1")), rebuilt, true, "update s_app [image: app:1@sha256:222222222222 → app:1@sha256:333333333333]"},
		{
			"env", stored(spec("app:1")),
			wanted(spec("app:1", container(func(c *swarm.ContainerSpec) { c.Env = []string{"A=2", "C", "B="} }))), nil, false,
			`update s_app [env A: 1 → 2] [env B: 2 → ""] [env C (bare): "" (new)]`,
		},
		{
			"passwords in the env stay hidden", stored(spec("app:1")),
			wanted(spec("app:1", container(func(c *swarm.ContainerSpec) {
				c.Env = append(c.Env, "SMTP_PASSWORD=hunter2", "DB_URL=postgres://me:hunter2@db/x", "DB_PASSWORD_FILE=/run/secrets/db")
			}))), nil, false,
			"update s_app [env DB_PASSWORD_FILE: /run/secrets/db (new)] [env DB_URL: (hidden) (new)] [env SMTP_PASSWORD: (hidden) (new)]",
		},
		{
			"passwords of the env stay hidden in commands",
			stored(spec("app:1", container(func(c *swarm.ContainerSpec) {
				c.Env, c.Args = []string{"DB_PASSWORD=hunter2"}, []string{"--pass=hunter2"}
			}))),
			wanted(spec("app:1", container(func(c *swarm.ContainerSpec) {
				c.Env, c.Args = []string{"DB_PASSWORD=hunter22"}, []string{"--pass=hunter22"}
			}))), nil, false,
			"update s_app [Args.0: --pass=(hidden) → --pass=(hidden)] [env DB_PASSWORD: (hidden) → (hidden)]",
		},
		{
			"what the engine fills in for a job",
			stored(spec("app:1", job(1))), wanted(spec("app:1", func(s *swarm.ServiceSpec) { s.Mode = swarm.ServiceMode{ReplicatedJob: &swarm.ReplicatedJob{}} })), nil, false, "keep s_app",
		},
		{"no digest to be had", &engineclient.State{}, wanted(spec("app:1")), map[string]engineclient.Image{"app:1": {Problem: "no route"}}, false, "create s_app"},
		{"scale kept", stored(spec("app:1", replicas(5))), wanted(spec("app:1")), nil, false, "keep s_app"},
		{"scale asked for", stored(spec("app:1", replicas(5))), wanted(spec("app:1", replicas(0))), nil, false, "update s_app [replicas: 5 → 0]"},
		{"restart counter kept", stored(spec("app:1"), func(s *swarm.ServiceSpec) { s.TaskTemplate.ForceUpdate = 3 }), wanted(spec("app:1")), nil, false, "keep s_app"},
		{
			"mode", stored(spec("app:1")), wanted(spec("app:1", func(s *swarm.ServiceSpec) { s.Mode = swarm.ServiceMode{Global: &swarm.GlobalService{}} })), nil, false,
			"replace s_app: Swarm cannot change the mode from replicated to global [replicas: 1 (gone)]",
		},
		{"left", stored(spec("app:1")), wanted(), nil, false, "remove s_app: not in the compose files; its volumes stay"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			plan := deploy.Decide(test.have, test.want, test.images, deploy.Choices{Force: test.force})
			if got := lines(plan, deploy.ServiceKind); got != test.lines {
				t.Errorf("plan:\n%s\nwant:\n%s", got, test.lines)
			}
			if text, _ := json.Marshal(plan); strings.Contains(string(text)+plan.Text(true), "hunter2") {
				t.Error("the plan shows a password")
			}
		})
	}
}

// lines writes the actions on one kind of object, a line each.
func lines(plan *deploy.Plan, kind deploy.Kind) string {
	var all []string
	for _, a := range plan.Actions {
		if a.Kind != kind {
			continue
		}
		line := string(a.Op) + " " + a.Name
		if a.Cause != "" {
			line += ": " + a.Cause
		}
		for _, change := range a.Changes {
			line += " [" + change.String() + "]"
		}
		all = append(all, line)
	}
	return strings.Join(all, "\n")
}

func TestModeChangeNeedsForce(t *testing.T) {
	want := wanted(spec("app:1", func(s *swarm.ServiceSpec) { s.Mode = swarm.ServiceMode{Global: &swarm.GlobalService{}} }))
	if plan := deploy.Decide(stored(spec("app:1")), want, nil, deploy.Choices{}); len(plan.Refused) != 1 {
		t.Errorf("refused: %v", plan.Refused)
	}
	if plan := deploy.Decide(stored(spec("app:1")), want, nil, deploy.Choices{Force: true}); len(plan.Refused) != 0 {
		t.Errorf("refused in spite of --force: %v", plan.Refused)
	}
}

// A forgotten version bump: the name is taken by other bytes.
func TestChangedConfigGetsItsHashInTheName(t *testing.T) {
	long := "s_" + strings.Repeat("c", 62)
	for name, renamed := range map[string]string{"s_conf_v1": "s_conf_v1_11507a0e", long: long[:55] + "_11507a0e"} {
		have := &engineclient.State{Configs: []swarm.Config{{ID: "old", Spec: swarm.ConfigSpec{Annotations: swarm.Annotations{Name: name}, Data: []byte("old")}}}}
		want := wanted(spec("app:1", container(func(c *swarm.ContainerSpec) {
			c.Configs = []*swarm.ConfigReference{{ConfigName: name, File: &swarm.ConfigReferenceFileTarget{Name: "/etc/x"}}}
		})))
		want.Configs = []swarm.ConfigSpec{{Annotations: swarm.Annotations{Name: name}, Data: []byte("new")}}
		plan := deploy.Decide(have, want, nil, deploy.Choices{})
		if got := lines(plan, deploy.ConfigKind); got != "create "+renamed+": config "+name+" holds other content, which Swarm cannot change" {
			t.Errorf("plan: %s", got)
		}
		want.Configs[0].Data = []byte("old")
		if got := lines(deploy.Decide(have, want, nil, deploy.Choices{}), deploy.ConfigKind); got != "keep "+name {
			t.Errorf("the same bytes: %s", got)
		}
	}
}

func TestSecretOfAFileIsComparedByItsHash(t *testing.T) {
	want := wanted(spec("app:1"))
	want.Secrets = []swarm.SecretSpec{{Annotations: swarm.Annotations{Name: "s_key", Labels: map[string]string{"l": "1"}}, Data: []byte("new")}}
	have := func(labels map[string]string) *engineclient.State {
		return &engineclient.State{Secrets: []swarm.Secret{{ID: "old", Spec: swarm.SecretSpec{Annotations: swarm.Annotations{Name: "s_key", Labels: labels}}}}}
	}
	const hash = "11507a0e2f5e69d5dfa40a62a1bd7b6ee57e6bcd85c67c9b8431b36fff21c437" // of "new"
	for _, test := range []struct {
		state *engineclient.State
		line  string
	}{
		{&engineclient.State{}, "create s_key"},
		{have(map[string]string{"l": "1", deploy.LabelHash: hash}), "keep s_key"},
		{have(map[string]string{"l": "2", deploy.LabelHash: hash}), "update s_key [label l: 2 → 1]"},
		{have(map[string]string{"l": "1", deploy.LabelHash: "00"}), "create s_key_11507a0e: secret s_key holds other content, which Swarm cannot change"},
		{have(map[string]string{"l": "1"}), "keep s_key"}, // another tool's: not knowable
	} {
		if got := lines(deploy.Decide(test.state, want, nil, deploy.Choices{}), deploy.SecretKind); got != test.line {
			t.Errorf("plan: %s\nwant: %s", got, test.line)
		}
	}
}

func TestNetworks(t *testing.T) {
	want := wanted()
	want.Networks = []convert.Network{
		{Name: "s_default", CreateOptions: network.CreateOptions{Driver: "overlay", Internal: true}},
		{Name: "s_local", CreateOptions: network.CreateOptions{Driver: "bridge"}},
	}
	plan := deploy.Decide(stored(spec("app:1")), want, nil, deploy.Choices{})
	if got := lines(plan, deploy.NetworkKind); got != "keep s_default\ncreate s_local" {
		t.Errorf("plan: %s", got)
	}
	if len(plan.Warnings) != 1 || !strings.Contains(plan.Warnings[0], "internal: false → true; Swarm cannot change a network") {
		t.Errorf("warnings: %v", plan.Warnings)
	}
	if len(plan.Refused) != 1 || !strings.Contains(plan.Refused[0], "driver bridge reaches one node only") {
		t.Errorf("refused: %v", plan.Refused)
	}
}

func TestPlanTextIsSafeForATerminal(t *testing.T) {
	evil := "x\x1b]0;owned\a\u202e"
	have := stored(spec("app:1"))
	plan := deploy.Decide(have, wanted(spec("app:1", func(s *swarm.ServiceSpec) { s.Labels[evil] = evil })), nil, deploy.Choices{})
	plan.App, plan.Version, plan.Voucher = evil, evil, &deploy.Voucher{SignedBy: evil}
	plan.Warnings = []string{evil}
	if text := plan.Text(false); strings.ContainsAny(text, "\x1b\a\u202e") {
		t.Errorf("control characters reach the terminal: %q", text)
	}
}

func TestDecideIsPure(t *testing.T) {
	have, want := stored(spec("app:1")), wanted(spec("app:2"))
	before, _ := json.Marshal([]any{have, want})
	deploy.Decide(have, want, map[string]engineclient.Image{"app:2": {Ref: "app:2" + digest, Platforms: []swarm.Platform{{OS: "linux"}}}}, deploy.Choices{Force: true})
	if after, _ := json.Marshal([]any{have, want}); string(after) != string(before) {
		t.Errorf("Decide changed its arguments:\n%s\n%s", before, after)
	}
}

func TestFieldsThatTheEngineIsTooOldForAreLeftOut(t *testing.T) {
	newer := wanted(spec("app:1", container(func(c *swarm.ContainerSpec) {
		c.OomScoreAdj = 5
		c.Mounts = []mount.Mount{{Target: "/x", VolumeOptions: &mount.VolumeOptions{Subpath: "sub"}}}
	})))
	old := deploy.Decide(&engineclient.State{API: "1.41"}, newer, nil, deploy.Choices{})
	if len(old.Refused) != 1 || !strings.Contains(old.Refused[0], "too old for volume subpath, which needs 1.45") {
		t.Errorf("refused: %v", old.Refused)
	}
	if text := strings.Join(old.Warnings, "\n"); !strings.Contains(text, "too old for oom_score_adj, which needs 1.46; it is left out") {
		t.Errorf("warnings: %s", text)
	}
	if today := deploy.Decide(&engineclient.State{API: "1.51"}, newer, nil, deploy.Choices{}); len(today.Refused) != 0 {
		t.Errorf("refused by a new engine: %v", today.Refused)
	}
}
