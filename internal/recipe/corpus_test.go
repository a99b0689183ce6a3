package recipe_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coopcloud.tech/catalogue/internal/recipe"
)

// corpusDir finds shared/corpus beside the checkout; tests that need it skip
// where it is missing.
func corpusDir(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		corpus := filepath.Join(dir, "shared", "corpus")
		if info, err := os.Stat(corpus); err == nil && info.IsDir() {
			return corpus
		}
	}
	t.Skip("no shared/corpus above the test's folder")
	return ""
}

// openRecipe reads one recipe of the corpus.
func openRecipe(t testing.TB, name string) *recipe.Recipe {
	t.Helper()
	fsys, closeDir, err := recipe.OpenDir(filepath.Join(corpusDir(t), "recipes", name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeDir() })
	r, err := recipe.Read(fsys, name)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// golden is what a person reads in a recipe of the corpus.
type golden struct {
	compose, vars, commented, notes  int
	title, description, status       string
	score                            int
	image, imageURL, rating, source  string
	category, email, tests, sso, bkp string
}

func TestCorpusRecipes(t *testing.T) {
	for name, want := range map[string]golden{
		"bonfire": {
			compose: 19, vars: 17, commented: 97, notes: 2,
			title:       "bonfire",
			description: "A coop-cloud recipe for deploying Bonfire",
			status:      "1, alpha", score: 1,
			image:    "bonfirenetworks/bonfire",
			imageURL: "https://hub.docker.com/r/bonfirenetworks/bonfire/tags", rating: "4", source: "upstream",
			category: "Apps",
		},
		"bore": {
			compose: 1, vars: 3, commented: 3,
			title:       "bore",
			description: "A modern, simple TCP tunnel* in Rust that exposes local ports to a remote server, bypassing standard NAT connection firewalls. That's all it does: no more, and no less.",
			status:      "0",
			image:       "bore", imageURL: "https://hub.docker.com/r/ekzhang/bore", rating: "4", source: "upstream",
			category: "Tools", email: "No", tests: "No", sso: "No", bkp: "No",
		},
		"lemp": {
			compose: 3, vars: 5, commented: 12,
			title:       "custom-php",
			description: "Coöp Cloud + PHP + MariaDB + Nginx = 🥳",
			status:      "1", score: 1,
			image: "php", imageURL: "https://hub.docker.com/_/php", rating: "1", source: "upstream",
			category: "Apps", email: "1", tests: "2", sso: "No", bkp: "Yes",
		},
		"traefik": {
			compose: 10, vars: 5, commented: 24,
			title:       "Traefik",
			description: "https://docs.traefik.io",
			status:      "?",
			image:       "traefik", imageURL: "https://hub.docker.com/_/traefik", rating: "1", source: "upstream",
			category: "Utilities", email: "N/A", tests: "2", sso: "? (Keycloak)", bkp: "No",
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := openRecipe(t, name)
			if len(r.Faults) > 0 {
				t.Errorf("faults: %+v", r.Faults)
			}
			m := r.Readme.Metadata
			got := golden{
				compose: len(r.Compose), vars: len(r.EnvSample.Vars()), commented: len(r.EnvSample.Commented()), notes: len(r.Notes),
				title: r.Readme.Title, description: r.Readme.Description, status: m.Status.Value, score: m.StatusNumber(),
				image: m.Image.Image, imageURL: m.Image.URL, rating: m.Image.Rating, source: m.Image.Source,
				category: m.Category.Value, email: m.Email.Value, tests: m.Tests.Value, sso: m.SSO.Value, bkp: m.Backups.Value,
			}
			if got != want {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		})
	}
}

// TestCorpusFiles reads every file of the corpus with the reader that its name
// calls for.
func TestCorpusFiles(t *testing.T) {
	corpus := corpusDir(t)
	files := 0
	err := filepath.WalkDir(corpus, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		readAny(t, path, data)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files", files)
}

func readAny(t *testing.T, path string, data []byte) {
	t.Helper()
	switch name := filepath.Base(path); {
	case strings.HasSuffix(name, ".yml") || strings.HasSuffix(name, ".yaml"):
		checkCompose(t, recipe.ParseCompose(path, data))
	case strings.HasSuffix(name, ".md"):
		recipe.ParseReadme(path, data)
	case strings.Contains(name, "env"):
		env := recipe.ParseEnv(path, data)
		if string(env.Bytes()) != string(data) {
			t.Errorf("%s: not the same bytes", path)
		}
		env.Expand(nil)
		for _, fault := range env.Faults {
			t.Logf("%s:%d: %s", path, fault.Span.Line, fault.Message)
		}
	}
}

// TestDockerVerdicts compares with what Docker's own loader says of every file: a
// file that Docker takes has no fault, and one that it cannot parse has one.
func TestDockerVerdicts(t *testing.T) {
	corpus := corpusDir(t)
	table, err := os.ReadFile(filepath.Join(corpus, "docker-verdicts.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(table)) {
		path, verdict, _ := strings.Cut(strings.TrimSpace(line), "\t")
		taken, unparsed := strings.HasPrefix(verdict, "OK"), strings.HasPrefix(verdict, "PARSE")
		data, err := os.ReadFile(filepath.Join(corpus, path))
		if err != nil || !taken && !unparsed {
			continue
		}
		f := recipe.ParseCompose(path, data)
		if taken && len(f.Faults) > 0 || unparsed && len(f.Faults) == 0 {
			t.Errorf("%s: Docker says %s, we say %+v", path, verdict, f.Faults)
		}
	}
}
