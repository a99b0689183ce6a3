package deploy_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coopcloud.tech/catalogue/internal/deploy"
)

// A change that bob deployed is not undone by ada's file, which lacks it.
func TestEnvOfAnotherOperatorIsNotUndone(t *testing.T) {
	r := newRig(t, "COLOUR=blue\nSIZE=1\n")
	r.image("tiny:1")
	r.Who = "ada@laptop"
	r.mustDeploy(at("1.0.0+1", compose(quick)))
	edit := func(from, to string) {
		data := bytes.ReplaceAll(r.app.Env.Bytes(), []byte(from), []byte(to))
		if err := os.WriteFile(r.app.Path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		app, err := deploy.Find(r.dir, r.app.Domain)
		if err != nil {
			t.Fatal(err)
		}
		r.app = app
	}
	r.Who = "bob@desk"
	edit("blue", "red")
	r.mustDeploy(at("1.0.0+1", compose(quick)))
	r.Who = "ada@laptop"
	edit("COLOUR=red\nSIZE=1", "COLOUR=blue\nSIZE=2")
	plan, err := r.plan(at("1.0.0+1", compose(quick)), deploy.Options{})
	if err != nil || len(plan.Refused) != 1 || !strings.Contains(plan.Refused[0], "release 2, by bob@desk, was deployed with other values of COLOUR,") {
		t.Fatalf("refused: %v (%v)", plan.Refused, err)
	}
	if plan, err = r.plan(at("1.0.0+1", compose(quick)), deploy.Options{AcceptEnv: true}); err != nil || len(plan.Refused) != 0 {
		t.Errorf("with AcceptEnv: %v (%v)", plan.Refused, err)
	}
	edit("blue", "green") // a value of her own
	r.mustDeploy(at("1.0.0+1", compose(quick)))
	edit("green", "red") // and back to one that she knows of
	r.mustDeploy(at("1.0.0+1", compose(quick)))
}

func TestReplacedEnvIsKept(t *testing.T) {
	dir := t.TempDir()
	folder := filepath.Join(dir, "servers", "default")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "a.test.env"), []byte("TYPE=tiny\n"), 0o640); err != nil {
		t.Fatal(err)
	}
	app, err := deploy.Find(dir, "a.test")
	if err != nil {
		t.Fatal(err)
	}
	kept, err := app.ReplaceEnv([]byte("TYPE=tiny:1\n"))
	if err != nil {
		t.Fatal(err)
	}
	old, err := os.ReadFile(kept)
	if err != nil || string(old) != "TYPE=tiny\n" {
		t.Errorf("%s holds %q (%v)", kept, old, err)
	}
	now, err := os.ReadFile(app.Path)
	if err != nil || string(now) != "TYPE=tiny:1\n" {
		t.Errorf("the env is %q (%v)", now, err)
	}
}
