package deploy_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/deploy"
	engineclient "coopcloud.tech/catalogue/internal/deploy/swarm"
)

// A saved plan comes back as it was, for its owner only, over an older one.
func TestSavedPlanFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.plan")
	if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	saved := savedOf(t, "app:2")
	if err := saved.WriteFile(path); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode: %v %v", info.Mode(), err)
	}
	back, err := deploy.ReadSavedPlan(path)
	if err != nil || back.Fingerprint != saved.Fingerprint || len(back.Observed) != len(saved.Observed) {
		t.Errorf("read back: %+v %v", back, err)
	}
	link := path + ".link"
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	if err := saved.WriteFile(link); err == nil {
		t.Error("a symlink was replaced")
	}
}

// savedOf is a saved plan that updates a service that runs app:1.
func savedOf(t *testing.T, image string) *deploy.SavedPlan {
	t.Helper()
	plan := deploy.Decide(stored(spec("app:1")), wanted(spec(image)), nil, deploy.Choices{})
	plan.App, plan.Server, plan.Recipe = "a.test", "default", "tiny"
	saved, err := plan.Save(deploy.SavedChoices{}, "v1")
	if err != nil {
		t.Fatal(err)
	}
	return saved
}

func TestSavedPlanIsCompared(t *testing.T) {
	saved := savedOf(t, "app:2")
	again := func(have string, change func(*swarm.Service), want ...func(*swarm.ServiceSpec)) *deploy.Plan {
		state := stored(spec(have))
		if change != nil {
			change(&state.Services[0])
		}
		return deploy.Decide(state, wanted(spec("app:2", want...)), nil, deploy.Choices{})
	}
	moved := func(s *swarm.Service) { s.Version.Index += 5 }
	for _, test := range []struct {
		name string
		now  *deploy.Plan
		says string // "": the same
	}{
		{"the same", again("app:1", nil), ""},
		{"an index moved, and nothing else", again("app:1", moved), ""},
		{"another image runs", again("app:3", moved), "service s_app: someone changed it"},
		{"another object of the name", again("app:1", func(s *swarm.Service) { s.ID = "other" }), "service s_app: someone changed it"},
		{"nothing runs", deploy.Decide(&engineclient.State{}, wanted(spec("app:2")), nil, deploy.Choices{}), "service s_app: someone removed it"},
		{"more would be sent", again("app:1", nil, func(s *swarm.ServiceSpec) { s.Labels["new"] = "1" }), "the file is not as it was written"},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := saved.Check(test.now, "v1")
			if (err == nil) != (test.says == "") || err != nil && !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v, want %q", err, test.says)
			}
		})
	}
	if err := saved.Check(again("app:1", nil, replicas(7)), "v2"); err == nil || !strings.Contains(err.Error(), "version v1 of this program, and version v2") {
		t.Errorf("another program: %v", err)
	}
}

// Values of the env stay out of the file, whatever their names.
func TestSavedPlanHoldsNoEnv(t *testing.T) {
	plan := deploy.Decide(stored(spec("app:1")), wanted(spec("app:1", container(func(c *swarm.ContainerSpec) { c.Env = []string{"GREETING=hello-there"} }))), nil, deploy.Choices{})
	saved, err := plan.Save(deploy.SavedChoices{}, "v1")
	if err != nil {
		t.Fatal(err)
	}
	data, _ := json.Marshal(saved)
	if strings.Contains(string(data), "hello-there") || !strings.Contains(string(data), "env GREETING") {
		t.Errorf("saved: %s", data)
	}
	if !strings.Contains(plan.Text(false), "hello-there") {
		t.Error("the plan itself lost the value")
	}
}

// FuzzReadSavedPlan: whatever is in the file, it is read or refused, shown and
// compared.
func FuzzReadSavedPlan(f *testing.F) {
	plan := deploy.Decide(stored(spec("app:1")), wanted(spec("app:2")), nil, deploy.Choices{})
	plan.App, plan.Recipe = "a", "b"
	saved, err := plan.Save(deploy.SavedChoices{}, "v1")
	if err != nil {
		f.Fatal(err)
	}
	data, _ := json.Marshal(saved)
	f.Add(data)
	f.Add([]byte(`{"format":1,"app":"a","stack":"s","recipe":"r","fingerprint":"f","plan":{"actions":[{"changes":[{"field":"x"}]}]}}`))
	path := filepath.Join(f.TempDir(), "plan")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		saved, err := deploy.ReadSavedPlan(path)
		if err != nil {
			return
		}
		_ = saved.Plan.FullText(true)
		_ = saved.Check(plan, "v1")
	})
}

func TestHiddenEnv(t *testing.T) {
	env := "TYPE=x\n# a note\nDB_PASSWORD=hunter22 # was hunter21\nexport URL=\"https://u:hunter22@h\"\nSAY='it is hunter22'\n#SMTP_PASS=s3cretive\nSECRET_DB_VERSION=v1\nMULTI_KEY=\"one\ntwo\"\nBROKEN_TOKEN=\"never closed\n"
	hidden := deploy.HideEnv([]byte(env))
	for _, word := range []string{"hunter22", "hunter21", "s3cretive", "one", "two", "never closed"} {
		if strings.Contains(hidden, word) {
			t.Errorf("%q is shown:\n%s", word, hidden)
		}
	}
	for _, line := range []string{"TYPE=x\n", "# a note\n", "DB_PASSWORD=(hidden)\n", "#SMTP_PASS=(hidden)\n", "SECRET_DB_VERSION=v1\n", "SAY='it is (hidden)'\n"} {
		if !strings.Contains(hidden, line) {
			t.Errorf("%q is not shown:\n%s", line, hidden)
		}
	}
}

func FuzzHideEnv(f *testing.F) {
	f.Add([]byte("A_KEY=\"x\ny\"\r\n#B_PASS='z'\nC"))
	f.Fuzz(func(t *testing.T, data []byte) { deploy.HideEnv(data) })
}
