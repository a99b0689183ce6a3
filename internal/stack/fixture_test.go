package stack_test

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite the want files of testdata")

// fixture is one txtar of testdata: the files of a recipe, `env` with its
// variables, `want` with the stack and the diagnostics, and `differs` with the
// reason where Docker, by its command line, comes to another result.
type fixture struct {
	path    string
	archive *txtar.Archive
}

func fixtures(t testing.TB) []fixture {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	var all []fixture
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, fixture{path, archive})
	}
	return all
}

func (f fixture) file(name string) string {
	for _, file := range f.archive.Files {
		if file.Name == name {
			return string(file.Data)
		}
	}
	return ""
}

// own tells the files that belong to the test and not to the recipe.
func own(name string) bool { return slices.Contains([]string{"env", "want", "differs"}, name) }

func (f fixture) name() string { return strings.TrimSuffix(filepath.Base(f.path), ".txtar") }

func (f fixture) fs() fs.FS {
	fsys := fstest.MapFS{}
	for _, file := range f.archive.Files {
		if !own(file.Name) {
			fsys[file.Name] = &fstest.MapFile{Data: file.Data}
		}
	}
	return fsys
}

// compose lists the compose files in the order of the archive.
func (f fixture) compose() []string {
	var files []string
	for _, file := range f.archive.Files {
		if strings.HasSuffix(file.Name, ".yml") {
			files = append(files, file.Name)
		}
	}
	return files
}

func (f fixture) env() stack.Env {
	vars := map[string]string{"STACK_NAME": "stack"}
	for line := range strings.Lines(f.file("env")) {
		key, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		vars[key] = value
	}
	return stack.Env{Vars: vars}
}

func (f fixture) load(t testing.TB) *stack.Stack {
	r, err := recipe.Read(f.fs(), f.name())
	if err != nil {
		t.Fatal(err)
	}
	return stack.Load(r, f.env(), f.compose())
}

func describe(d stack.Diagnostic) string {
	s := fmt.Sprintf("%s:%d:%d-%d:%d ", d.Span.File, d.Span.Line, d.Span.Column, d.Span.EndLine, d.Span.EndColumn)
	if d.Via.Line > 0 {
		s += fmt.Sprintf("via %d:%d ", d.Via.Line, d.Via.Column)
	}
	return s + fmt.Sprintf("%s/%s %s %s: %s\n", d.Docker, d.Engine, d.Code, d.Path, d.Message)
}

func TestFixtures(t *testing.T) {
	for _, f := range fixtures(t) {
		t.Run(f.name(), func(t *testing.T) {
			s := f.load(t)
			got := dump(s)
			for _, d := range s.Diagnostics {
				got += describe(d)
			}
			if *update {
				f.rewrite(t, got)
				return
			}
			if diff := difference(f.file("want"), got); diff != "" || got != f.file("want") {
				t.Errorf("want (-) and got (+):\n%s", diff)
			}
		})
	}
}

func (f fixture) rewrite(t *testing.T, want string) {
	f.archive.Files = slices.DeleteFunc(f.archive.Files, func(file txtar.File) bool { return file.Name == "want" })
	f.archive.Files = append(f.archive.Files, txtar.File{Name: "want", Data: []byte(want)})
	if err := os.WriteFile(f.path, txtar.Format(f.archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestFixturesAgainstDocker asks the docker command, where there is one, about
// every fixture: `docker stack config` needs no engine.
func TestFixturesAgainstDocker(t *testing.T) {
	docker, err := exec.LookPath("docker")
	if err != nil {
		t.Skip("no docker command")
	}
	for _, f := range fixtures(t) {
		t.Run(f.name(), func(t *testing.T) {
			reason := strings.TrimSpace(f.file("differs"))
			diff := f.askDocker(t, docker)
			switch {
			case diff != "" && reason == "":
				t.Errorf("docker (-) and we (+):\n%s", diff)
			case diff == "" && reason != "":
				t.Errorf("we agree with docker although the fixture says: %s", reason)
			}
		})
	}
}

// askDocker returns how Docker's verdict or stack differs from ours.
func (f fixture) askDocker(t *testing.T, docker string) string {
	dir := t.TempDir()
	if err := os.CopyFS(dir, f.fs()); err != nil {
		t.Fatal(err)
	}
	args := []string{"stack", "config"}
	for _, file := range f.compose() {
		args = append(args, "-c", file)
	}
	cmd := exec.Command(docker, args...)
	cmd.Dir = dir
	cmd.Env = []string{"DOCKER_CONFIG=" + t.TempDir()}
	for key, value := range f.env().Vars {
		cmd.Env = append(cmd.Env, key+"="+value)
	}
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	got := f.load(t)
	d := refusal(got)
	switch {
	case err != nil && d == nil:
		return "- refuses: " + errs.String()
	case err == nil && d != nil:
		return "+ refuses: " + describe(*d)
	case err != nil:
		return ""
	}
	return againstGolden(t, out.String(), dir, got, f.env(), f.fs())
}
