package index_test

import (
	"os"
	"path/filepath"
	"testing"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/internal/git"
)

// Real recipes, whose secrets and services were counted by hand.
func TestCorpus(t *testing.T) {
	corpus, err := filepath.Abs("../../../shared/corpus/recipes")
	check(t, err)
	if _, err := os.Stat(corpus); err != nil {
		t.Skip("no shared/corpus beside the checkout")
	}
	want := map[string]struct {
		services, secrets, files int
		secret                   catalogue.Secret
	}{
		"bonfire": {3, 26, 19, catalogue.Secret{Name: "secret_key_base", Version: "v1", Length: 128, Generate: true}},
		"lemp":    {3, 3, 3, catalogue.Secret{Name: "smtp_password", Version: "v1", Generate: true}},
		"traefik": {1, 2, 10, catalogue.Secret{Name: "ovh_consumer_key", Version: "v1", Generate: true}},
	}
	l := newLab(t)
	for name := range want {
		files := os.DirFS(filepath.Join(corpus, name))
		l.must(git.Build(l.repo(name), []git.Snapshot{{Version: "1.0.0+1", Files: files}}))
	}
	l.crawl()
	for name, want := range want {
		r := l.recipe(name)
		v := r.Versions[0]
		if len(v.Services) != want.services || len(v.Secrets) != want.secrets || len(v.Files) != want.files {
			t.Errorf("%s: %d services, %d secrets, %d files; want %d, %d, %d", name,
				len(v.Services), len(v.Secrets), len(v.Files), want.services, want.secrets, want.files)
		}
		found := false
		for _, secret := range v.Secrets {
			found = found || secret == want.secret
		}
		if !found || r.Category == "" || r.Lint.Warning == 0 {
			t.Errorf("%s: secrets %+v, category %q, lint %+v", name, v.Secrets, r.Category, r.Lint)
		}
	}
}
