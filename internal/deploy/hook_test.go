package deploy

import (
	"testing"

	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/deploy/release"
)

func TestHookVariable(t *testing.T) {
	good := func(kind release.Kind, version string) release.Record {
		return release.Record{Kind: kind, Version: version, Result: release.Converged, Specs: release.Specs{Services: make([]swarm.ServiceSpec, 1)}}
	}
	bad := func(version string, result release.Result) release.Record {
		record := good(release.Deploy, version)
		record.Result = result
		return record
	}
	undeploy := release.Record{Kind: release.Undeploy, Result: release.Converged}
	for name, test := range map[string]struct {
		version, running string // running "": nothing runs
		idle             bool
		records          []release.Record
		want             string
	}{
		"from nothing":             {version: "1.0.0+1", want: PostDeploy},
		"unchanged":                {version: "1.0.0+1", running: "1.0.0+1", idle: true, records: []release.Record{good(release.Deploy, "1.0.0+1")}},
		"a changed env":            {version: "1.0.0+1", running: "1.0.0+1", records: []release.Record{good(release.Deploy, "1.0.0+1")}},
		"a newer recipe":           {version: "1.1.0+1", running: "1.0.0+1", records: []release.Record{good(release.Deploy, "1.0.0+1")}, want: PostUpgrade},
		"a newer image":            {version: "1.0.0+2", running: "1.0.0+1", records: []release.Record{good(release.Deploy, "1.0.0+1")}, want: PostUpgrade},
		"back":                     {version: "0.9.0+1", running: "1.0.0+1", records: []release.Record{good(release.Deploy, "1.0.0+1")}},
		"a first one goes on":      {version: "1.0.0+1", running: "1.0.0+1", idle: true, records: []release.Record{bad("1.0.0+1", release.TimedOut)}, want: PostDeploy},
		"an upgrade goes on":       {version: "1.1.0+1", running: "1.1.0+1", idle: true, records: []release.Record{bad("1.1.0+1", release.Interrupted), good(release.Deploy, "1.0.0+1")}, want: PostUpgrade},
		"after an undeploy":        {version: "1.0.0+1", records: []release.Record{undeploy, good(release.Deploy, "1.0.0+1")}, want: PostDeploy},
		"that goes on too":         {version: "1.0.0+1", running: "1.0.0+1", idle: true, records: []release.Record{bad("1.0.0+1", release.Interrupted), undeploy, good(release.Deploy, "1.0.0+1")}, want: PostDeploy},
		"another tool's":           {version: "1.0.0+1", running: "1.0.0+1"},
		"another tool's, upgraded": {version: "2.0.0+1", running: "1.0.0+1", want: PostUpgrade},
	} {
		plan := &Plan{Version: test.version, Running: test.running, observed: &swarmState{}, Actions: []Action{{Op: Update}}}
		if test.idle {
			plan.Actions = nil
		}
		if test.running != "" {
			plan.observed.Services = make([]swarm.Service, 1)
		}
		if got := hookVariable(plan, test.records); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestHooks(t *testing.T) {
	s := &Script{App: &App{Path: "a.env"}, Functions: []string{"migrate"}, Services: []string{"app", "db"}, parsed: true, Env: map[string]string{
		PostDeploy: "app migrate 'two words' x| |db migrate",
	}}
	hooks, err := s.Hooks(PostDeploy)
	if err != nil || len(hooks) != 2 || len(hooks[0].Args) != 2 || hooks[0].Args[0] != "two words" || hooks[1].Service != "db" {
		t.Errorf("%+v %v", hooks, err)
	}
	for _, broken := range []string{"app", "app nosuch", "web migrate", "app migrate 'open"} {
		s.Env[PostUpgrade] = broken
		if hooks, err := s.Hooks(PostUpgrade); err == nil {
			t.Errorf("%s: %v, want an error", broken, hooks)
		}
	}
}
