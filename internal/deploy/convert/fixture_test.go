package convert_test

import (
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"coopcloud.tech/catalogue/internal/deploy/convert"
	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

var update = flag.Bool("update", false, "rewrite want of the fixtures")

// TestChecklist: a fixture is named after its number in the checklist of what
// Docker does (docs/swarm.md). It holds compose files, and either want, lines of `path JSON` into the specs,
// or errors, the beginnings of what is refused, in any order. test/oracle shows the same fixtures to Docker's own converter.
func TestChecklist(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("no fixtures", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) { runFixture(t, name) })
	}
}

func runFixture(t *testing.T, name string) {
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	s := stack.Load(&recipe.Recipe{FS: files(archive)}, fixtureEnv(), composeFiles(archive))
	specs, err := convert.Convert(s, convert.Options{})
	last := &archive.Files[len(archive.Files)-1]
	got := want(t, specs, string(last.Data))
	if last.Name == "errors" {
		checkErrors(t, err, string(last.Data))
		return
	}
	if err != nil {
		t.Fatalf("refused:\n%v", err)
	}
	if *update {
		last.Data = []byte(got)
		if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got != string(last.Data) {
		t.Errorf("got\n%s\nwant\n%s", got, last.Data)
	}
}

func files(archive *txtar.Archive) fs.FS {
	fsys := fstest.MapFS{}
	for _, f := range archive.Files {
		fsys[f.Name] = &fstest.MapFile{Data: f.Data, Mode: 0o644}
	}
	return fsys
}

// composeFiles are merged in the order of the archive.
func composeFiles(archive *txtar.Archive) []string {
	var names []string
	for _, f := range archive.Files {
		if strings.HasPrefix(f.Name, "compose.") {
			names = append(names, f.Name)
		}
	}
	return names
}

func load(t *testing.T, fsys fs.FS) *stack.Stack {
	t.Helper()
	return stack.LoadFile(fsys, "compose.yml", fixtureEnv())
}

func fixtureEnv() stack.Env {
	return stack.Env{Vars: map[string]string{"STACK_NAME": "stack", "DOMAIN": "example.com", "HOME": "/root"}}
}

// want renders the values at the paths that the fixture's lines name.
func want(t *testing.T, specs *convert.Specs, lines string) string {
	t.Helper()
	if specs == nil {
		return ""
	}
	tree := view(t, specs)
	var out strings.Builder
	for line := range strings.Lines(lines) {
		path, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		out.WriteString(path + " " + string(mustJSON(t, at(tree, path))) + "\n")
	}
	return out.String()
}

func view(t *testing.T, specs *convert.Specs) any {
	t.Helper()
	data := mustJSON(t, struct {
		*convert.Specs
		ExternalNetworks, ExternalSecrets, ExternalConfigs []string
	}{specs, specs.ExternalNetworks, specs.ExternalSecrets, specs.ExternalConfigs})
	var tree any
	if err := json.Unmarshal(data, &tree); err != nil {
		t.Fatal(err)
	}
	return tree
}

// at walks a dotted path; items of a list answer to their number and their
// name, and names may hold dots.
func at(tree any, path string) any {
	if path == "" {
		return tree
	}
	for i := len(path); i > 0; i = strings.LastIndexByte(path[:i], '.') {
		if child, ok := item(tree, path[:i]); ok {
			return at(child, strings.TrimPrefix(path[i:], "."))
		}
	}
	return nil
}

func item(tree any, key string) (any, bool) {
	switch v := tree.(type) {
	case map[string]any:
		child, ok := v[key]
		return child, ok
	case []any:
		for i, child := range v {
			object, _ := child.(map[string]any)
			if strconv.Itoa(i) == key || object["Name"] == key {
				return child, true
			}
		}
	}
	return nil, false
}

func checkErrors(t *testing.T, err error, beginnings string) {
	t.Helper()
	if err == nil {
		t.Fatal("accepted")
	}
	got, want := strings.Split(err.Error(), "\n"), strings.Split(strings.TrimSpace(beginnings), "\n")
	slices.Sort(got)
	slices.Sort(want)
	if !slices.EqualFunc(got, want, strings.HasPrefix) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func mustJSON(t *testing.T, value any) []byte {
	t.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
