package lint_test

import (
	"os"
	"path/filepath"
	"testing"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/recipe"
)

// corpus holds real recipes; it is not part of the project.
const corpus = "../../../shared/corpus/recipes"

func readCorpus(tb testing.TB, name string) *recipe.Recipe {
	tb.Helper()
	dir := filepath.Join(corpus, name)
	if _, err := os.Stat(dir); err != nil {
		tb.Skip("no corpus here")
	}
	fsys, done, err := recipe.OpenDir(dir)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = done() })
	r, err := recipe.Read(fsys, name)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// Each of these findings was read by eye and is worth a maintainer's time. A
// change of the golden file is a change of what maintainers see.
func TestCorpus(t *testing.T) {
	for _, name := range []string{"bonfire", "bore", "lemp", "traefik"} {
		t.Run(name, func(t *testing.T) {
			result := lint.Run(lint.NewInput(readCorpus(t, name), lint.Facts{}))
			got := describe(result)
			golden := filepath.Join("testdata", "corpus", name+".golden")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil || got != string(want) {
				t.Errorf("findings changed (%v); read them, then run with -update. Got:\n%s", err, got)
			}
		})
	}
}

// A recipe with 19 compose files, all its variants and all rules.
func BenchmarkLintBonfire(b *testing.B) {
	readCorpus(b, "bonfire")
	for b.Loop() {
		r := readCorpus(b, "bonfire")
		if len(lint.Run(lint.NewInput(r, lint.Facts{})).Findings) == 0 {
			b.Fatal("no findings")
		}
	}
}
