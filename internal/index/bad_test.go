package index_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"coopcloud.tech/catalogue/internal/catalogue"
)

const goodBlog = `
-- blog/1.0.0+1/compose.yml --
version: "3.8"
services: {app: {image: "ghost:1"}}
`

// Each bad version stands between two good ones, beside a good recipe.
func TestBadVersionHarmsNoOther(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString("a0: &a0 [x]\n")
	for i := 1; i < 30; i++ {
		fmt.Fprintf(&bomb, "a%d: &a%d [*a%d, *a%d, *a%d]\n", i, i, i-1, i-1, i-1)
	}
	cases := []struct {
		name, path, data string
		words            []string
	}{
		{"broken YAML", "compose.yml", "services:\n  app: [\n", []string{"compose.yml:"}},
		{"no mapping", "compose.yml", "- a\n- b\n", []string{"compose.yml"}},
		{"empty", "compose.yml", "", []string{"compose.yml"}},
		{"YAML bomb", "compose.yml", bomb.String() + "services: {app: {image: \"a:1\", labels: *a29}}\n", []string{"compose.yml"}},
		{"50 MB", "compose.yml", "services: {app: {image: \"a:1\"}}\n# " + strings.Repeat("x", 50<<20) + "\n", []string{"compose.yml", "1"}},
		{"no image", "compose.yml", "services: {app: {}}\n", []string{"app", "no image"}},
		{"bad image", "compose.yml", "services: {app: {image: \"A:B:C\"}}\n", []string{"compose.yml:1:", "app"}},
		{"no tag", "compose.yml", "services: {app: {image: nginx}}\n", []string{"compose.yml:1:", "no tag"}},
		{"env that doubles", ".env.sample", "A=aaaaaaaaaa\n" + strings.Repeat("A=$A$A\n", 22), []string{".env.sample"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			l := newLab(t, goodBlog, fmt.Sprintf(`
-- r/1.0.0+1/compose.yml --
version: "3.8"
services: {app: {image: "a:1"}}
-- r/1.1.0+1/%s --
%s
-- r/1.2.0+1/%s --
gone
-- r/1.2.0+1/compose.yml --
version: "3.8"
services: {app: {image: "a:3"}}
`, c.path, c.data, c.path))
			report := l.crawl()
			if report.Read != 2 || report.Failed != 0 {
				t.Errorf("report %+v", report)
			}
			l.recipe("blog")
			r := l.recipe("r")
			if len(r.Versions) != 3 || r.Status != catalogue.OK {
				t.Fatalf("versions %v, status %s", tags(r), r.Status)
			}
			if !said(r.Versions[1].Problems, c.words...) {
				t.Errorf("problems %v, want words %q", r.Versions[1].Problems, c.words)
			}
			for _, i := range []int{0, 2} {
				if v := r.Versions[i]; len(v.Services) != 1 || v.Services[0].Tag != fmt.Sprint(i+1) {
					t.Errorf("version %s has services %v", v.Version, v.Services)
				}
			}
		})
	}
}

func TestNoComposeFileAtHead(t *testing.T) {
	l := newLab(t, goodBlog+`
-- blog/HEAD/compose.yml --
gone
-- blog/HEAD/README.md --
# Blog

Moved elsewhere.
`)
	l.crawl()
	r := l.recipe("blog")
	if len(r.Versions) != 1 || len(r.Versions[0].Services) != 1 || r.Description != "Moved elsewhere." {
		t.Errorf("recipe %+v", r)
	}
	if !said(r.Problems, "compose.yml", "missing") {
		t.Errorf("problems %v", r.Problems)
	}
}

func TestHeadNamesAMissingBranch(t *testing.T) {
	l := newLab(t, "shop.txtar")
	overwrite(t, filepath.Join(l.repo("shop"), "HEAD"), "ref: refs/heads/trunk\n")
	l.crawl()
	r := l.recipe("shop")
	if len(r.Versions) != 3 || r.Category != "Apps" || r.DefaultBranch != "trunk" || r.Status != catalogue.OK {
		t.Errorf("recipe %+v", r)
	}
	if !said(r.Problems, "HEAD", "trunk") {
		t.Errorf("problems %v", r.Problems)
	}
}

// A repo that breaks keeps what was read of it, and recovers.
func TestUnreadableRepoKeepsOldData(t *testing.T) {
	breakages := map[string]func(t *testing.T, repo string){
		"gone":        func(t *testing.T, repo string) { check(t, os.RemoveAll(filepath.Join(repo, "objects"))) },
		"empty now":   func(t *testing.T, repo string) { overwrite(t, filepath.Join(repo, "packed-refs"), "") },
		"bad config":  func(t *testing.T, repo string) { overwrite(t, filepath.Join(repo, "config"), "[core") },
		"bad objects": spoilObjects,
	}
	for name, spoil := range breakages {
		t.Run(name, func(t *testing.T) {
			l := newLab(t, "tiny.txtar")
			l.crawl()
			before := l.recipe("blog")
			spoil(t, l.repo("blog"))
			report := l.crawl()
			if report.Failed != 1 || report.Unchanged != 1 || len(report.Problems) == 0 {
				t.Errorf("report %+v", report)
			}
			after := l.recipe("blog")
			if after.Status != catalogue.Stale || len(after.Problems) == 0 || !after.CheckedAt.Equal(before.CheckedAt) {
				t.Errorf("status %s, checked %s, problems %v", after.Status, after.CheckedAt, after.Problems)
			}
			if !reflect.DeepEqual(after.Versions, before.Versions) {
				t.Errorf("versions changed: %v", tags(after))
			}
			if l.recipe("wiki").Status != catalogue.OK {
				t.Error("the other recipe suffered")
			}

			l.build("tiny.txtar")
			l.crawl()
			if r := l.recipe("blog"); r.Status != catalogue.OK || len(r.Problems) != 0 {
				t.Errorf("after the repair: %s, %v", r.Status, r.Problems)
			}
		})
	}
}

func spoilObjects(t *testing.T, repo string) {
	err := filepath.WalkDir(filepath.Join(repo, "objects"), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		return os.WriteFile(path, []byte("spoiled"), 0o644)
	})
	check(t, err)
}

func overwrite(t *testing.T, path, text string) {
	t.Helper()
	check(t, os.WriteFile(path, []byte(text), 0o644))
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A damaged tag is left out of a first crawl, and never takes a version away.
func TestDamagedTag(t *testing.T) {
	intact := newLab(t, "shop.txtar")
	intact.crawl()
	commit := intact.recipe("shop").Versions[1].Commit
	object := func(l *lab) string { return filepath.Join(l.repo("shop"), "objects", commit[:2], commit[2:]) }

	fresh := newLab(t, "shop.txtar")
	fresh.must(os.Remove(object(fresh)))
	fresh.crawl()
	if r := fresh.recipe("shop"); len(r.Versions) != 2 || !said(r.Problems, "tags", "1.1.0+2.4") || said(r.Problems, fresh.repos) {
		t.Errorf("first crawl: versions %v, problems %v", tags(r), r.Problems)
	}

	intact.must(os.Remove(object(intact)))
	intact.crawl()
	if r := intact.recipe("shop"); len(r.Versions) != 3 || r.Status != catalogue.Stale || !said(r.Problems, "1.1.0+2.4") {
		t.Errorf("second crawl: versions %v, status %s, problems %v", tags(r), r.Status, r.Problems)
	}
}

func TestReposThatAreNoRecipes(t *testing.T) {
	l := newLab(t, goodBlog, `
-- tool/v1.0.0/main.go --
package main
-- notes/HEAD/README.md --
# Notes
`)
	l.must(os.Mkdir(l.repo("empty"), 0o755))
	l.git("empty", "init", "-q", "--bare")
	for _, crawl := range []string{"first", "second"} {
		report := l.crawl()
		if report.Total() != 1 || report.Failed != 0 {
			t.Errorf("%s: report %+v", crawl, report)
		}
		if got := names(l.load()); !reflect.DeepEqual(got, []string{"blog"}) {
			t.Errorf("%s: recipes %v", crawl, got)
		}
	}
}

func TestUnsafeNames(t *testing.T) {
	l := newLab(t, goodBlog, "\n-- -x\x01y/1.0.0+1/compose.yml --\nservices: {app: {image: \"a:1\"}}\n")
	report := l.crawl()
	if got := names(l.load()); !reflect.DeepEqual(got, []string{"blog"}) {
		t.Errorf("recipes %q", got)
	}
	if !said(report.Problems, "x") {
		t.Errorf("problems %v", report.Problems)
	}
}

func TestServerDown(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	url := server.URL
	server.Close()
	l := newLab(t, "tiny.txtar")
	l.sources("dir:"+l.repos, "list:"+writeList(t, url+"/org/far.git\n"))
	report := l.crawl()
	if report.Read != 2 || report.Failed != 1 {
		t.Errorf("report %+v", report)
	}
	far := l.recipe("far")
	if far.Status != catalogue.Unknown || len(far.Problems) == 0 || len(far.Versions) != 0 {
		t.Errorf("recipe %+v", far)
	}
}

func writeList(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "list.txt")
	overwrite(t, path, text)
	return path
}
