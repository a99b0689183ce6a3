package deploy_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coopcloud.tech/catalogue/internal/deploy"
)

// home makes an operator's folder with these files.
func home(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, "servers", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestFind(t *testing.T) {
	dir := home(t, map[string]string{
		"one.example.com/site.test.env": "TYPE=static:1.0.0+1\n",
		"default/twice.test.env":        "TYPE=static\n",
		"other/twice.test.env":          "TYPE=static\n",
	})
	app, err := deploy.Find(dir, "site.test")
	if err != nil || app.Server != "one.example.com" || app.StackName() != "site_test" {
		t.Fatalf("found %+v, %v", app, err)
	}
	for domain, words := range map[string]string{
		"none.test":        "no app none.test under",
		"twice.test":       "is there more than once",
		"../../etc/passwd": "cannot be the name of an app",
		"a\x1b[2Jb":        "cannot be the name of an app",
		"-x":               "cannot be the name of an app",
	} {
		if _, err := deploy.Find(dir, domain); !errors.Is(err, deploy.ErrRefused) || !strings.Contains(err.Error(), words) {
			t.Errorf("%q: %v, want %q", domain, err, words)
		}
	}
}

func TestServersMayBeASymlink(t *testing.T) {
	kept := home(t, map[string]string{"default/site.test.env": "TYPE=static:1.0.0+1\n"})
	dir := t.TempDir()
	if err := os.Symlink(filepath.Join(kept, "servers"), filepath.Join(dir, "servers")); err != nil {
		t.Fatal(err)
	}
	app, err := deploy.Find(dir, "site.test")
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Pin("2.0.0+2"); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(kept, "servers", "default", "site.test.env"))
	if err != nil || string(data) != "TYPE=static:2.0.0+2\n" {
		t.Errorf("%q, %v", data, err)
	}
}

func TestTypeNamesRecipeAndVersion(t *testing.T) {
	for line, want := range map[string][2]string{
		"TYPE=static":                             {"static", ""},
		"RECIPE=static:1.0.0+1":                   {"static", "1.0.0+1"},
		"TYPE=static:eb96de94+U":                  {"static", "eb96de94+U"},
		"TYPE=https://git.example.com/me/x":       {"https://git.example.com/me/x", ""},
		"TYPE=https://git.example.com/me/x:1.0.0": {"https://git.example.com/me/x", "1.0.0"},
		"TYPE=https://git.example.com:8443/me/x":  {"https://git.example.com:8443/me/x", ""},
	} {
		app, err := deploy.Find(home(t, map[string]string{"default/a.test.env": line + "\n"}), "a.test")
		if err != nil {
			t.Fatal(err)
		}
		name, version, err := app.Recipe()
		if err != nil || [2]string{name, version} != want {
			t.Errorf("%s: %q %q %v", line, name, version, err)
		}
	}
	app, err := deploy.Find(home(t, map[string]string{"default/a.test.env": "DOMAIN=a.test\n"}), "a.test")
	if err == nil {
		_, _, err = app.Recipe()
	}
	if err == nil || !strings.Contains(err.Error(), "names no recipe: expected a line TYPE=<recipe>") {
		t.Errorf("without TYPE: %v", err)
	}
}

// A deploy takes minutes, in which operators edit files.
func TestPinKeepsWhatWasEditedMeanwhile(t *testing.T) {
	dir := home(t, map[string]string{"default/a.test.env": "TYPE=static:1.0.0+1\n"})
	app, err := deploy.Find(dir, "a.test")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(app.Path, []byte("NEW=1\nTYPE=static:1.0.0+1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := app.Pin("1.1.0+2"); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(app.Path); err != nil || string(data) != "NEW=1\nTYPE=static:1.1.0+2\n" {
		t.Errorf("%q (%v)", data, err)
	}
	if err := os.Remove(app.Path); err != nil {
		t.Fatal(err)
	}
	if err := app.Pin("1.2.0+3"); !errors.Is(err, deploy.ErrUnclear) || !strings.Contains(err.Error(), "does not name version 1.2.0+3 yet") {
		t.Errorf("a pin that cannot be written: %v", err)
	}
}

func TestPinChangesNothingElse(t *testing.T) {
	const before = "\ufeff# mine\r\nTYPE=static:1.0.0+1 # the recipe\r\nDOMAIN=a.test\r\nX=\"a b\"\r\n\r\n#OLD=1"
	dir := home(t, map[string]string{"default/a.test.env": before})
	app, err := deploy.Find(dir, "a.test")
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Pin("1.1.0+2"); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(app.Path)
	if want := strings.Replace(before, "1.0.0+1", "1.1.0+2", 1); err != nil || string(data) != want {
		t.Errorf("%q, want %q (%v)", data, want, err)
	}
	if info, err := os.Stat(app.Path); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("mode %v, want 0640 (%v)", info.Mode(), err)
	}
	entries, _ := os.ReadDir(filepath.Dir(app.Path))
	if len(entries) != 1 {
		t.Errorf("files left: %v", entries)
	}
}

func TestNewApp(t *testing.T) {
	source := at("1.0.0+1", map[string]string{".env.sample": "TYPE=tiny\n\nDOMAIN=tiny.example.com\n# keep\nSECRET_X_VERSION=v1 # length=12\n"})
	dir := t.TempDir()
	app, err := deploy.NewApp(dir, "default", "a.test", source, nil)
	if err != nil {
		t.Fatal(err)
	}
	data, _ := os.ReadFile(app.Path)
	if want := "TYPE=tiny:1.0.0+1\n\nDOMAIN=a.test\n# keep\nSECRET_X_VERSION=v1 # length=12\n"; string(data) != want {
		t.Errorf("%q, want %q", data, want)
	}
	if info, err := os.Stat(app.Path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, want 0600 (%v)", info.Mode(), err)
	}
	for _, server := range []string{"default", "other"} {
		if _, err := deploy.NewApp(dir, server, "a.test", source, nil); !errors.Is(err, deploy.ErrRefused) || !strings.Contains(err.Error(), "exists already") {
			t.Errorf("again on %s: %v", server, err)
		}
	}
	if again, _ := os.ReadFile(app.Path); string(again) != string(data) {
		t.Error("the env file was overwritten")
	}
	if _, err := deploy.NewApp(dir, "../../x", "b.test", source, nil); !errors.Is(err, deploy.ErrRefused) {
		t.Errorf("a server that leaves the folder: %v", err)
	}
	if _, err := deploy.NewApp(dir, "default", "b.test", at("1.0.0+1", nil), nil); err == nil || !strings.Contains(err.Error(), ".env.sample") {
		t.Errorf("a recipe without .env.sample: %v", err)
	}
}

// prepare makes an app with that env and merges it with the recipe.
func prepare(t *testing.T, env string, source deploy.Source) (*deploy.Desired, error) {
	t.Helper()
	app, err := deploy.Find(home(t, map[string]string{"default/a.test.env": env}), "a.test")
	if err != nil {
		t.Fatal(err)
	}
	return deploy.Prepare(app, source)
}

func TestPrepareExposesTheEnvAndLabelsTheApp(t *testing.T) {
	want, err := prepare(t, "TYPE=tiny\nDOMAIN=a.test\nOWN=env\n", at("1.0.0+1", map[string]string{
		"compose.yml": "services:\n  app: {image: \"tiny:${CONF_VERSION}\", environment: [OWN=compose]}\n  db: {image: db}\n",
		"abra.sh":     "export CONF_VERSION=v7\n", ".env.sample": "TYPE=tiny\nDOMAIN=x\nNEEDED=1\n#OPTIONAL=1\n",
	}))
	if err != nil {
		t.Fatal(err)
	}
	app, db := want.Specs.Services[0], want.Specs.Services[1]
	env := strings.Join(app.TaskTemplate.ContainerSpec.Env, " ")
	for _, entry := range []string{"OWN=compose", "CONF_VERSION=v7", "DOMAIN=a.test", "STACK_NAME=a_test", "TYPE=tiny:1.0.0+1"} {
		if !strings.Contains(env, entry) {
			t.Errorf("service app's env lacks %s: %s", entry, env)
		}
	}
	if len(db.TaskTemplate.ContainerSpec.Env) != 0 {
		t.Errorf("the env reached service db: %v", db.TaskTemplate.ContainerSpec.Env)
	}
	for key, value := range map[string]string{"recipe": "tiny", "version": "1.0.0+1", "chaos": "false"} {
		if got := app.Labels["coop-cloud.a_test."+key]; got != value {
			t.Errorf("label %s is %q", key, got)
		}
	}
	if got := strings.Join(want.Warnings, "\n"); got != "NEEDED missing from a.test.env; .env.sample sets it" {
		t.Errorf("warnings: %s", got)
	}
}

func TestPrepareWithChaosKeepsTheRecipesVersionLabel(t *testing.T) {
	source := at("eb96de94+U", compose("services:\n  app: {image: tiny, deploy: {labels: [\"coop-cloud.${STACK_NAME}.version=1.0.0+1\"]}}\n"))
	source.Chaos = true
	want, err := prepare(t, "TYPE=tiny\n", source)
	if err != nil {
		t.Fatal(err)
	}
	labels := want.Specs.Services[0].Labels
	for key, value := range map[string]string{"version": "1.0.0+1", "chaos": "true", "chaos-version": "eb96de94+U"} {
		if got := labels["coop-cloud.a_test."+key]; got != value {
			t.Errorf("label %s is %q, want %q", key, got, value)
		}
	}
}

func TestPrepareRefusesWithFileAndLine(t *testing.T) {
	for name, test := range map[string]struct{ compose, words string }{
		"a file outside of the recipe": {"services:\n  app: {image: x, configs: [c]}\nconfigs:\n  c: {file: /etc/passwd}\n", "compose.yml:4: "},
		"no image":                     {"services:\n  app:\n    environment: [A=1]\n", "compose.yml:"},
		"broken YAML":                  {"services: [\n", "compose.yml:"},
		"no services":                  {"version: \"3.8\"\n", "no services"},
		"a bind on the operator's machine": {
			"services:\n  app:\n    image: x\n    volumes:\n      - ./data:/data\n", "compose.yml:5: ",
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := prepare(t, "TYPE=tiny\n", at("1.0.0+1", compose(test.compose)))
			if !errors.Is(err, deploy.ErrRefused) || !strings.Contains(err.Error(), test.words) {
				t.Errorf("%v, want a refusal with %q", err, test.words)
			}
		})
	}
}

func TestTimeoutIsTheLabelsThenTheEnvs(t *testing.T) {
	label := "services:\n  app: {image: x, deploy: {labels: [\"coop-cloud.${STACK_NAME}.timeout=${TIMEOUT:-120}\"]}}\n"
	for _, test := range []struct{ compose, env, want string }{
		{label, "", "2m0s"},
		{label, "TIMEOUT=600\n", "10m0s"},
		{"services:\n  app: {image: x}\n", "TIMEOUT=60\n", "1m0s"},
		{"services:\n  app: {image: x}\n", "TIMEOUT=soon\n", "0s"},
		{"services:\n  app: {image: x}\n", "TIMEOUT=4000000000\n", "24h0m0s"},
	} {
		want, err := prepare(t, "TYPE=tiny\n"+test.env, at("1.0.0+1", compose(test.compose)))
		if err != nil || want.Timeout.String() != test.want {
			t.Errorf("%s: %s, want %s (%v)", test.env, want.Timeout, test.want, err)
		}
	}
}
