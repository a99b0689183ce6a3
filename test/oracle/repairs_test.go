package oracle

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"coopcloud.tech/catalogue/internal/edit"
	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/lint/linttest"
	"coopcloud.tech/catalogue/internal/recipe"
)

// asWritten are the rules whose safe repairs change what Docker deploys: it mangles a
// value, which becomes what the file says.
var asWritten = map[string]bool{"R138": true, "R143": true, "R152": true, "R156": true, "R157": true}

// A safe repair leaves what Docker deploys as it is. All examples and fixtures of the
// linter are tried, each compose.yml alone and with each overlay; a soak tries the corpus.
func TestSafeRepairs(t *testing.T) {
	compared, dir := 0, filepath.Join(t.TempDir(), "recipe") // bind mounts name it
	for name, tree := range linttest.Trees(t, "../../internal/lint/testdata") {
		compared += sameDeploy(t, dir, name, texts(tree))
	}
	if compared < 100 {
		t.Errorf("only %d stacks were compared: the test proves little", compared)
	}
	if os.Getenv("CATALOGUE_SOAK") == "" {
		return
	}
	for name, text := range corpusFiles(t) {
		compared += sameDeploy(t, dir, name, map[string]string{"compose.yml": text})
	}
	t.Logf("%d stacks compared", compared)
}

// corpusFiles are the stacks of the corpus that Docker's loader has judged.
func corpusFiles(t *testing.T) map[string]string {
	files := map[string]string{}
	corpus := CorpusDir()
	if corpus == "" {
		return files
	}
	verdicts, err := Verdicts(corpus)
	if err != nil {
		t.Fatal(err)
	}
	for name := range verdicts {
		if data, err := os.ReadFile(filepath.Join(corpus, name)); err == nil { // a few were left out
			files[name] = string(data)
		}
	}
	return files
}

// sameDeploy returns how often the deploy with a safe repair was held against that without.
func sameDeploy(t *testing.T, dir, name string, files map[string]string) (compared int) {
	safe := safeRepairs(t, files)
	if len(safe) == 0 {
		return 0
	}
	for _, c := range stacks(dir, files) {
		was, taken := deployed(t, c, files)
		if !taken {
			continue
		}
		for what, after := range safe {
			is, taken := deployed(t, c, after)
			if compared++; !taken || !reflect.DeepEqual(was, is) {
				t.Errorf("%s: %s changes %v: %v", name, what, c.Files, Diff(was, is))
			}
		}
	}
	return compared
}

// safeRepairs are the files behind each safe repair that must change nothing.
func safeRepairs(t *testing.T, files map[string]string) map[string]map[string]string {
	safe := map[string]map[string]string{}
	for _, f := range findings(t, files) {
		for _, r := range f.Repairs {
			if r.Safe && !asWritten[f.Rule] && (f.Rule != "R001" || len(safe) == 0) { // nearly all lack a version
				safe[f.Rule+" "+f.Evidence+" "+r.Title] = repaired(t, files, r)
			}
		}
	}
	return safe
}

func stacks(dir string, files map[string]string) []Case {
	var cases []Case
	for name := range files {
		if strings.HasPrefix(name, "compose.") && files["compose.yml"] != "" {
			names := []string{"compose.yml", name}
			cases = append(cases, Case{Name: "stack", Dir: dir, Files: slices.Compact(names), Env: CorpusEnv()})
		}
	}
	return cases
}

// texts are the files of a tree; the cases lie in one folder.
func texts(tree fstest.MapFS) map[string]string {
	files := map[string]string{}
	for name, file := range tree {
		if !strings.Contains(name, "/") {
			files[name] = string(file.Data)
		}
	}
	return files
}

func findings(t *testing.T, files map[string]string) []lint.Finding {
	tree := fstest.MapFS{}
	for name, text := range files {
		tree[name] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
	}
	r, err := recipe.Read(tree, "example")
	if err != nil {
		t.Fatal(err)
	}
	return lint.Run(lint.NewInput(r, lint.Facts{})).Findings
}

func repaired(t *testing.T, files map[string]string, r lint.Repair) map[string]string {
	after := maps.Clone(files)
	byFile := map[string][]edit.Edit{}
	for _, e := range r.Edits {
		byFile[e.File] = append(byFile[e.File], e)
	}
	for file, edits := range byFile {
		text, err := edit.Apply([]byte(files[file]), edits)
		if err != nil {
			t.Fatal(err)
		}
		after[file] = string(text)
	}
	return after
}

func deployed(t *testing.T, c Case, files map[string]string) (specs any, taken bool) {
	if err := errors.Join(os.RemoveAll(c.Dir), os.Mkdir(c.Dir, 0o755)); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(c.Dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	config, err := Load(c)
	if err != nil {
		return nil, false
	}
	converted, err := Docker(c, config)
	if err != nil {
		return nil, false
	}
	if specs, err = Canonical(converted); err != nil {
		t.Fatal(err)
	}
	return specs, true
}
