package lint_test

import (
	"fmt"
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

// Variants of a recipe whose overlays differ by a hair still tell which is which.
func TestManyVariants(t *testing.T) {
	files := lint.Example{{Name: "compose.yml", Text: "services:\n  app:\n    image: nginx:1.27.3\n"}}
	for i := range 300 {
		files = append(files, lint.File{
			Name: fmt.Sprintf("compose.%d.yml", i),
			Text: fmt.Sprintf("services:\n  s%d:\n    image: nginx\n", i),
		})
	}
	result := lint.Apply(inputOf(t, files), []*lint.Rule{lint.Find("R003")})
	if len(result.Findings) != 300 {
		t.Errorf("%d findings, want one for each of the 300 overlays", len(result.Findings))
	}
}
