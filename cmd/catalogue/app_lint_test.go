package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"coopcloud.tech/catalogue/examples"
	"coopcloud.tech/catalogue/internal/deploy"
	"coopcloud.tech/catalogue/internal/git"
	"coopcloud.tech/catalogue/internal/recipe"
)

// lintFor is what the linter says against a new app of the recipe.
func lintFor(t *testing.T, source deploy.Source, env string) (deploy.Options, *deploy.Desired) {
	t.Helper()
	dir := t.TempDir()
	app, err := deploy.NewApp(dir, "default", "app.test", source, nil)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(app.Path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteString("\n" + env); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if app, err = deploy.Find(dir, "app.test"); err != nil {
		t.Fatal(err)
	}
	want, err := deploy.Prepare(app, source)
	if err != nil {
		t.Fatal(err)
	}
	var o deploy.Options
	(&checks{}).fill(want, &o)
	return o, want
}

// The samples can be deployed without --no-lint; rough-edges is there to be
// refused.
func TestLintLetsTheSamplesThrough(t *testing.T) {
	dir := t.TempDir()
	if err := examples.Build(dir, nil); err != nil {
		t.Fatal(err)
	}
	names, err := examples.Names()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		repo, err := git.Open(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		tags, err := repo.Tags()
		if err != nil || len(tags) == 0 {
			t.Fatalf("%s: %v %v", name, tags, err)
		}
		for _, tag := range tags {
			tree, err := repo.Tree(tag.Commit)
			if err != nil {
				t.Fatal(err)
			}
			o, _ := lintFor(t, deploy.Source{FS: tree, Recipe: name, Version: tag.Name}, "INIT_SQL_VERSION=v1\n")
			if refused := len(o.Lint) > 0; refused != (name == "rough-edges") {
				t.Errorf("%s %s: %v", name, tag.Name, o.Lint)
			}
		}
	}
}

// The corpus has these without abra.sh and what it takes no text from.
func TestLintLetsRealRecipesThrough(t *testing.T) {
	const versions = "export PG_BACKUP_VERSION=v1\nexport ENTRYPOINT_CONF_VERSION=v1\nexport NGINX_DEFAULT_CONF_VERSION=v1\n" +
		"export PHP_UPLOADS_CONF_VERSION=v1\nexport TRAEFIK_YML_VERSION=v1\nexport FILE_PROVIDER_YML_VERSION=v1\nexport ENTRYPOINT_VERSION=v1\n"
	left := map[string]string{"abra.sh": versions, "pg_backup.sh": "#", "nginx.conf": "#", "uploads.ini": "#"}
	for _, name := range []string{"bonfire", "bore", "lemp", "traefik"} {
		t.Run(name, func(t *testing.T) {
			corpus, dir := "../../../shared/corpus/recipes/"+name, filepath.Join(t.TempDir(), name)
			if _, err := os.Stat(corpus); err != nil {
				t.Skip("no corpus here")
			}
			if err := os.CopyFS(dir, os.DirFS(corpus)); err != nil {
				t.Fatal(err)
			}
			for file, text := range left {
				if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			files, closeDir, err := recipe.OpenDir(dir)
			if err != nil {
				t.Fatal(err)
			}
			defer closeDir()
			o, _ := lintFor(t, deploy.Source{FS: files, Recipe: name, Version: "local", Chaos: true}, "")
			if len(o.Lint) > 0 {
				t.Errorf("%v", o.Lint)
			}
		})
	}
}

// An error in an overlay that the app does not use is none of its business.
func TestLintJudgesWhatIsDeployed(t *testing.T) {
	files := fstest.MapFS{
		"compose.yml":     {Data: []byte("services:\n  app: {image: \"a:1\"}\n")},
		"compose.bad.yml": {Data: []byte("services:\n  app: {configs: [c]}\nconfigs: {c: {name: \"${STACK_NAME}_c_${C_VERSION}\", file: c}}\n")},
		"c":               {Data: []byte("c")},
		".env.sample":     {Data: []byte("TYPE=tiny\n")},
	}
	source := deploy.Source{FS: files, Recipe: "tiny", Version: "1.0.0+1"}
	if o, _ := lintFor(t, source, ""); len(o.Lint) != 0 {
		t.Errorf("without the overlay: %v", o.Lint)
	}
	if o, _ := lintFor(t, source, "COMPOSE_FILE=compose.yml:compose.bad.yml\nC_VERSION=v1\n"); len(o.Lint) == 0 || o.Lint[0].Rule != "R012" || !strings.HasPrefix(o.Lint[0].Where, "compose.bad.yml:3") {
		t.Errorf("with the overlay: %v", o.Lint)
	}
}

func TestLintWarnsOfSomeErrors(t *testing.T) {
	var errors []deploy.LintError
	for range 8 {
		errors = append(errors, deploy.LintError{Rule: "R102", Where: "compose.yml:1", Message: "bad"})
	}
	lines := lintWarnings(errors)
	if len(lines) != shownLint+1 || lines[0] != "compose.yml:1: bad [R102]" || !strings.Contains(lines[shownLint], "3 more errors") {
		t.Errorf("%q", lines)
	}
}
