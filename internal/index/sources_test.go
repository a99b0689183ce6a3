package index_test

import (
	"fmt"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"coopcloud.tech/catalogue/internal/catalogue"
)

// many is n recipes r0, r1, …
func many(n int) string {
	var archive strings.Builder
	for i := range n {
		fmt.Fprintf(&archive, "-- r%d/1.0.0+1/compose.yml --\nversion: \"3.8\"\nservices: {app: {image: \"a:1\"}}\n", i)
	}
	return archive.String()
}

func TestRecipeThatVanishesIsRemoved(t *testing.T) {
	l := newLab(t, "tiny.txtar")
	l.crawl()
	l.must(os.RemoveAll(l.repo("wiki")))
	report := l.crawl()
	if !reflect.DeepEqual(report.Removed, []string{"wiki"}) || !reflect.DeepEqual(names(l.load()), []string{"blog"}) {
		t.Errorf("removed %v, left %v", report.Removed, names(l.load()))
	}
}

func TestSourceThatIsNotGivenAnyMore(t *testing.T) {
	l := newLab(t, "tiny.txtar")
	l.crawl()
	l.sources("list:" + writeList(t, l.repo("blog")+"\n"))
	report := l.crawl()
	if !reflect.DeepEqual(report.Removed, []string{"wiki"}) || l.recipe("blog").Status != catalogue.OK {
		t.Errorf("removed %v, left %v", report.Removed, names(l.load()))
	}
}

// A source that lists suddenly much less is taken for broken, until told otherwise.
func TestSuddenLossIsNoRemoval(t *testing.T) {
	for lost, want := range map[int]int{2: 6, 6: 8, 8: 8} {
		t.Run(fmt.Sprint(lost), func(t *testing.T) {
			l := newLab(t, many(8))
			l.crawl()
			for i := range lost {
				l.must(os.RemoveAll(l.repo(fmt.Sprint("r", i))))
			}
			report := l.crawl()
			if got := len(l.load().Recipes); got != want {
				t.Fatalf("%d of 8 repos are gone: %d recipes are left, want %d", lost, got, want)
			}
			if want < 8 {
				return
			}
			if report.FailedSources != 1 || !report.Incomplete() || !said(report.Problems, l.repos, "nothing is removed") {
				t.Errorf("report %+v", report)
			}
			if r := l.recipe("r7"); r.Status != catalogue.Stale || !said(r.Problems, "cannot be listed") {
				t.Errorf("status %s, problems %v", r.Status, r.Problems)
			}
			l.options.AcceptRemovals = true
			if report := l.crawl(); len(report.Removed) != lost || len(l.load().Recipes) != 8-lost {
				t.Errorf("removals accepted: removed %v", report.Removed)
			}
		})
	}
}

func TestForgeThatIsDownKeepsItsRecipes(t *testing.T) {
	l := newLab(t, "tiny.txtar")
	down := false
	forge := forgeServer(t, l.repos, &down)
	l.sources("gitea:" + forge + "/coop")
	if report := l.crawl(); report.Read != 2 {
		t.Fatalf("report %+v", report)
	}
	before := l.recipe("blog")
	if before.Description != "from the forge" || before.Repository != forge+"/git/blog" || hasRule(before.Lint, "R013") {
		t.Errorf("recipe %+v", before)
	}
	down = true
	report := l.crawl()
	if report.FailedSources != 1 || report.Failed != 2 || len(report.Removed) != 0 {
		t.Errorf("report %+v", report)
	}
	after := l.recipe("blog")
	if after.Status != catalogue.Stale || !said(after.Problems, "source gitea:", "503") || !reflect.DeepEqual(after.Versions, before.Versions) {
		t.Errorf("status %s, problems %v", after.Status, after.Problems)
	}
	down = false
	if report := l.crawl(); report.Unchanged != 2 || l.recipe("blog").Status != catalogue.OK {
		t.Errorf("when it is up again: %+v", report)
	}
}

func TestMirrorsFollowTheirRecipes(t *testing.T) {
	l := newLab(t, "tiny.txtar")
	up := false
	forge := forgeServer(t, l.repos, &up)
	l.sources("list:" + writeList(t, forge+"/git/blog\n"+forge+"/git/wiki\n"))
	l.crawl()
	if got := mirrors(t, l); len(got) != 2 {
		t.Fatalf("mirrors %v", got)
	}
	l.build(strings.ReplaceAll(mustRead(t, "testdata/tiny.txtar"), "ghost:2", "ghost:3"))
	if report := l.crawl(); report.Read != 1 || report.Unchanged != 1 {
		t.Errorf("report %+v", report)
	}
	if got := l.recipe("blog").Versions[1].Services[0].Tag; got != "3" {
		t.Errorf("after the remote changed: tag %s", got)
	}
	l.sources("list:" + writeList(t, forge+"/git/blog\n"+l.repo("wiki")+"\n")) // wiki is local now
	l.crawl()
	if got := mirrors(t, l); len(got) != 1 || !strings.HasPrefix(got[0], "blog-") {
		t.Errorf("mirrors %v", got)
	}
	l.sources("list:" + writeList(t, l.repo("wiki")+"\n"))
	l.crawl()
	if got := mirrors(t, l); len(got) != 0 {
		t.Errorf("mirrors %v", got)
	}
}

func mirrors(t *testing.T, l *lab) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(l.options.Data, "mirrors"))
	check(t, err)
	found := []string{}
	for _, entry := range entries {
		found = append(found, entry.Name())
	}
	return found
}

func TestFirstSourceHasTheName(t *testing.T) {
	l := newLab(t, "tiny.txtar")
	other := newLab(t, strings.ReplaceAll(goodBlog, "ghost:1", "other:1"))
	l.sources("dir:"+l.repos, "dir:"+other.repos)
	report := l.crawl()
	if !said(report.Problems, "blog", "left out", "dir:"+l.repos) {
		t.Errorf("problems %v", report.Problems)
	}
	if got := l.recipe("blog").Versions[0].Services[0].Image; got != "ghost" {
		t.Errorf("blog's image is %s", got)
	}

	l.must(os.Rename(l.repos, l.repos+"-away")) // the first source fails: its name stays its own
	l.crawl()
	if r := l.recipe("blog"); r.Versions[0].Services[0].Image != "ghost" || r.Status != catalogue.Stale {
		t.Errorf("image %s, status %s", r.Versions[0].Services[0].Image, r.Status)
	}
}

func TestHiddenNameInAList(t *testing.T) {
	l := newLab(t, "tiny.txtar")
	l.sources("list:" + writeList(t, l.repo("blog")+" .hidden\n"+l.repo("wiki")+" ../up\n"))
	report := l.crawl()
	if len(l.load().Recipes) != 0 || !said(report.Problems, ".hidden", "dot") || !said(report.Problems, "../up") || !report.Incomplete() {
		t.Errorf("recipes %v, problems %v", names(l.load()), report.Problems)
	}
}

// forgeServer is a Gitea whose organisation has every repo of a folder: its
// listing over HTTP, its repos through git's own smart-HTTP server.
func forgeServer(t *testing.T, repos string, down *bool) string {
	t.Helper()
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("no git here")
	}
	backend := &cgi.Handler{
		Path: git, Args: []string{"http-backend"},
		Env: []string{"GIT_PROJECT_ROOT=" + repos, "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*"},
	}
	mux := http.NewServeMux()
	mux.Handle("/git/", http.StripPrefix("/git", backend))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	mux.HandleFunc("/api/v1/orgs/coop/repos", func(w http.ResponseWriter, _ *http.Request) {
		if *down {
			http.Error(w, "down", http.StatusServiceUnavailable)
			return
		}
		entries, _ := os.ReadDir(repos)
		var listed []string
		for _, entry := range entries {
			listed = append(listed, fmt.Sprintf(`{"name": %q, "clone_url": "%s/git/%s", "description": "from the forge", "default_branch": "main"}`,
				entry.Name(), server.URL, entry.Name()))
		}
		w.Header().Set("X-Total-Count", fmt.Sprint(len(listed)))
		fmt.Fprintf(w, "[%s]", strings.Join(listed, ","))
	})
	return server.URL
}
