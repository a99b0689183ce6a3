package lint

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

// Every diagnostic has one rule, and what the rule says that Docker does is what
// the diagnostic says.
func TestClaims(t *testing.T) {
	claimed := map[string]bool{}
	for _, in := range claimInputs(t) {
		for i := range in.Variants {
			v := &in.Variants[i]
			for _, d := range v.Stack.Diagnostics {
				rule := in.claimant(v, d)
				if (rule == "") != (d.Docker == stack.Accept && d.Engine != stack.Refuse) {
					t.Errorf("%s %s: claimed by %q", d.Code, d.Message, rule)
				}
				if rule == "" || rule == engineRefuses.Code {
					continue
				}
				claimed[rule] = true
				if outcome := Find(rule).Docker; !fits(outcome, d) {
					t.Errorf("%s says that docker %s: %s %s/%s late=%v: %s", rule, outcome, d.Code, d.Docker, d.Engine, d.Late, d.Message)
				}
			}
		}
	}
	for _, c := range claims {
		if !claimed[c.rule] && c.rule != engineRefuses.Code {
			t.Errorf("no fixture shows a diagnostic of %s", c.rule)
		}
	}
}

// fits says whether the outcome tells the diagnostic's truth. What fails stops at
// the latest half-way: a word that the loader checks is among those it passes.
func fits(outcome Outcome, d stack.Diagnostic) bool {
	switch outcome {
	case Refuses:
		return d.Docker == stack.Refuse && !d.Late
	case Fails:
		return d.Docker == stack.Refuse
	case Mangles:
		return d.Docker == stack.Mangle
	case Ignores:
		return d.Docker == stack.Ignore
	}
	return false
}

// claimInputs are all fixtures, and the corpus where it is.
func claimInputs(t *testing.T) []*Input {
	t.Helper()
	fixtures, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var inputs []*Input
	for _, fixture := range fixtures {
		archive, err := txtar.ParseFile(fixture)
		if err != nil {
			t.Fatal(err)
		}
		tree := fstest.MapFS{}
		for _, file := range archive.Files {
			if fs.ValidPath(file.Name) {
				tree[file.Name] = &fstest.MapFile{Data: file.Data, Mode: 0o644}
			}
		}
		r, err := recipe.Read(tree, "fixture")
		if err != nil {
			t.Fatal(err)
		}
		inputs = append(inputs, NewInput(r, Facts{}))
	}
	const dir = "../../../shared/corpus"
	rows, _ := os.ReadFile(filepath.Join(dir, "docker-verdicts.tsv"))
	env := stack.Env{Vars: map[string]string{"STACK_NAME": "stack", "DOMAIN": "example.com", "HOME": "/root"}}
	for row := range strings.Lines(string(rows)) {
		name, _, _ := strings.Cut(row, "\t")
		folder, base := path.Split(name)
		inputs = append(inputs, NewFileInput(os.DirFS(filepath.Join(dir, folder)), base, env))
	}
	return inputs
}
