package index_test

import (
	"testing"

	"coopcloud.tech/catalogue/examples"
)

func TestSamplesOfTheProject(t *testing.T) {
	l := newLab(t)
	l.must(examples.Build(l.repos, nil))
	l.crawl()
	loaded := l.load()
	if len(loaded.Recipes) < 5 {
		t.Fatalf("only %v", names(loaded))
	}
	for _, r := range loaded.Recipes {
		if len(r.Versions) < 2 {
			t.Errorf("%s: versions %v", r.Name, tags(r))
		}
		for _, v := range r.Versions {
			if r.Name != "rough-edges" && (v.Lint.Error > 0 || len(v.Problems) > 0 || len(v.Services) == 0) {
				t.Errorf("%s %s: services %v, problems %v, findings %+v", r.Name, v.Version, v.Services, v.Problems, v.Lint.Findings)
			}
		}
	}
}
