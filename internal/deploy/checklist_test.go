package deploy_test

import (
	"strings"
	"testing"
	"time"

	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/deploy"
	"coopcloud.tech/catalogue/internal/deploy/convert"
	engineclient "coopcloud.tech/catalogue/internal/deploy/swarm"
)

// TestChecklist has the items of docs/swarm.md that no other test is about. Each
// is named after its number.
func TestChecklist(t *testing.T) {
	for name, check := range map[string]func(*testing.T){
		"10_drops_are_said":                dropsAreSaid,
		"25_subnet_drift_is_shown":         subnetDriftIsShown,
		"30_labels_are_updated":            labelsAreUpdated,
		"45_engine_defaults_are_no_change": engineDefaultsAreNoChange,
	} {
		t.Run(name, check)
	}
}

func dropsAreSaid(t *testing.T) {
	want, err := prepare(t, "TYPE=tiny\n", at("1.0.0+1", compose(`
services:
  app:
    image: nginx
    privileged: true
    tmpfs: /run
    networks: {default: {ipv4_address: 10.0.0.5}}
    ports: ["127.0.0.1:80:80"]
    volumes: [{type: bind, source: /a, target: /a, bind: {create_host_path: true}}]
`)))
	if err != nil {
		t.Fatal(err)
	}
	said := strings.Join(want.Warnings, "\n")
	for _, words := range []string{
		"compose.yml:5: privileged:", "compose.yml:6: tmpfs:", "compose.yml:7: ipv4_address:",
		"compose.yml:8: Swarm publishes on every address", "compose.yml:9: create_host_path:",
	} {
		if !strings.Contains(said, words) {
			t.Errorf("%q is not said:\n%s", words, said)
		}
	}
}

func subnetDriftIsShown(t *testing.T) {
	have := stored(spec("app:1"))
	have.Networks[0].IPAM.Config = []network.IPAMConfig{{Subnet: "10.0.1.0/24", Gateway: "10.0.1.1"}}
	for subnet, says := range map[string]string{
		"":            "", // the engine chose it
		"10.0.1.0/24": "",
		"10.9.0.0/24": "subnets: 10.0.1.0/24 → 10.9.0.0/24; Swarm cannot change a network",
	} {
		want := wanted(spec("app:1"))
		want.Networks = []convert.Network{{Name: "s_default", CreateOptions: network.CreateOptions{Driver: "overlay"}}}
		if subnet != "" {
			want.Networks[0].IPAM = &network.IPAM{Config: []network.IPAMConfig{{Subnet: subnet}}}
		}
		plan := deploy.Decide(have, want, nil, deploy.Choices{})
		if got := strings.Join(plan.Warnings, "\n"); !strings.Contains(got, says) || (says == "") != (got == "") {
			t.Errorf("subnet %q: warnings %q, want %q", subnet, got, says)
		}
		if plan.Writes() {
			t.Errorf("subnet %q: the network would be written:\n%s", subnet, plan.Text(false))
		}
	}
}

func labelsAreUpdated(t *testing.T) {
	config := func(label string) swarm.ConfigSpec {
		return swarm.ConfigSpec{Annotations: swarm.Annotations{Name: "s_c", Labels: map[string]string{"l": label}}, Data: []byte("same")}
	}
	have := &engineclient.State{Configs: []swarm.Config{{ID: "id", Spec: config("1")}}}
	want := wanted()
	want.Configs = []swarm.ConfigSpec{config("2")}
	if got := lines(deploy.Decide(have, want, nil, deploy.Choices{}), deploy.ConfigKind); got != "update s_c [label l: 1 → 2]" {
		t.Errorf("plan: %s", got)
	}
}

func engineDefaultsAreNoChange(t *testing.T) {
	with := func(update swarm.UpdateConfig) func(*swarm.ServiceSpec) {
		return func(s *swarm.ServiceSpec) {
			s.UpdateConfig = &update
			s.TaskTemplate.RestartPolicy = &swarm.RestartPolicy{}
		}
	}
	filledIn := func(s *swarm.ServiceSpec) {
		s.UpdateConfig.FailureAction, s.UpdateConfig.Order = "pause", "stop-first"
		s.TaskTemplate.RestartPolicy = &swarm.RestartPolicy{Condition: "any", MaxAttempts: new(uint64)}
	}
	sent := swarm.UpdateConfig{Parallelism: 1}
	have := stored(spec("app:1", with(sent)), filledIn)
	if plan := deploy.Decide(have, wanted(spec("app:1", with(sent))), nil, deploy.Choices{}); plan.Writes() {
		t.Errorf("plan: %s", lines(plan, deploy.ServiceKind))
	}
	sent.Monitor = time.Minute
	if plan := deploy.Decide(have, wanted(spec("app:1", with(sent))), nil, deploy.Choices{}); !plan.Writes() {
		t.Error("another monitor time is no change")
	}
}
