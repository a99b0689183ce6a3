package source_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"coopcloud.tech/catalogue/internal/index/source"
)

// giteaServer lists n repos of org coop-cloud, as Gitea does: its own cap on pages, a
// Link header, a total.
func giteaServer(t *testing.T, n, limit int) (base string, asked *[]*http.Request) {
	t.Helper()
	asked = &[]*http.Request{}
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	mux.HandleFunc("GET /sub/api/v1/orgs/coop-cloud/repos", func(w http.ResponseWriter, r *http.Request) {
		*asked = append(*asked, r)
		page, _ := strconv.Atoi(r.URL.Query().Get("page"))
		var repos []map[string]any
		for i := (page - 1) * limit; i < min(page*limit, n); i++ {
			name := fmt.Sprintf("app-%03d", i)
			repos = append(repos, map[string]any{
				"id": i, "name": name, "full_name": "coop-cloud/" + name, "private": false, "template": i == 3,
				"clone_url": server.URL + "/sub/coop-cloud/" + name + ".git", "ssh_url": "ssh://git@" + r.Host + ":2222/coop-cloud/" + name + ".git",
				"html_url": server.URL + "/sub/coop-cloud/" + name, "default_branch": "main", "description": "the app " + name,
				"website": "javascript:alert(1)", "avatar_url": server.URL + "/sub/repo-avatars/" + name, "archived": i == 4, "empty": i == 5,
			})
		}
		w.Header().Set("X-Total-Count", strconv.Itoa(n))
		if page*limit < n {
			w.Header().Set("Link", fmt.Sprintf(`<%s/sub/api/v1/orgs/coop-cloud/repos?page=%d>; rel="next",<http://elsewhere.example/?page=9>; rel="last"`, server.URL, page+1))
		}
		_ = json.NewEncoder(w).Encode(repos)
	})
	return server.URL + "/sub", asked
}

func list(t *testing.T, spec string) ([]source.Repo, []source.Problem) {
	t.Helper()
	repos, problems, err := parse(t, spec).List(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return repos, problems
}

func parse(t *testing.T, spec string) source.Source {
	t.Helper()
	s, err := source.Parse(spec)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func names(repos []source.Repo) []string {
	list := []string{}
	for _, repo := range repos {
		list = append(list, repo.Name)
	}
	return list
}

func TestGiteaIsReadPageByPage(t *testing.T) {
	base, asked := giteaServer(t, 45, 20)
	t.Setenv("CATALOGUE_GITEA_TOKEN", "s3cret")
	repos, problems := list(t, "gitea:"+base+"/coop-cloud")
	if len(repos) != 44 || len(problems) != 0 || len(*asked) != 3 {
		t.Fatalf("%d repos, problems %v, %d requests", len(repos), problems, len(*asked))
	}
	if slices.Contains(names(repos), "app-003") {
		t.Error("a template is listed")
	}
	got := repos[4]
	if got.Name != "app-005" || !got.Empty || got.Archived || got.URL != base+"/coop-cloud/app-005.git" ||
		got.DefaultBranch != "main" || got.Icon != base+"/repo-avatars/app-005" || got.Website != "" || got.WebURL != base+"/coop-cloud/app-005" ||
		got.Description != "the app app-005" || !got.Trusted || got.Token != "s3cret" || got.Dir != "" || !strings.HasPrefix(got.SSHURL, "ssh://git@") {
		t.Errorf("got %+v", got)
	}
	for _, r := range *asked {
		if r.Header.Get("Authorization") != "token s3cret" {
			t.Errorf("asked with %q", r.Header.Get("Authorization"))
		}
	}
}

func TestGiteaUser(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/v1/users/ada/repos", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("page") == "1" {
			fmt.Fprint(w, `[{"name":"wiki","clone_url":"https://git.example.org/ada/wiki.git"}]`)
			return
		}
		fmt.Fprint(w, `[]`) // neither Link nor total: the end is an empty page
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	t.Setenv("CATALOGUE_GITEA_TOKEN", "s3cret")
	repos, _ := list(t, "gitea:"+server.URL+"/ada")
	if len(repos) != 1 || repos[0].Trusted || repos[0].Token != "" {
		t.Fatalf("a clone URL on another server is trusted: %+v", repos)
	}
	_, _, err := parse(t, "gitea:"+server.URL+"/bob").List(t.Context(), nil)
	if err == nil || !strings.Contains(err.Error(), `"bob"`) || strings.Contains(err.Error(), "s3cret") {
		t.Fatalf("got %v", err)
	}
}

func TestGitHub(t *testing.T) {
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	defer server.Close()
	mux.HandleFunc("GET /api/v3/orgs/bonfire/repos", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer s3cret" || r.URL.Query().Get("per_page") != "100" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		page := r.URL.Query().Get("page")
		if page == "1" {
			w.Header().Set("Link", `<`+server.URL+`/x?page=2>; rel="next", <`+server.URL+`/x?page=2>; rel="last"`)
		} else {
			w.Header().Set("Link", `<`+server.URL+`/x?page=1>; rel="prev"`)
		}
		fmt.Fprintf(w, `[{"name":"app%s","clone_url":"%s/bonfire/app%s.git","homepage":null,"archived":true,"description":null},
			{"name":"t","clone_url":"https://x/t.git","is_template":true},{"name":".github","clone_url":"https://x/y.git"}]`, page, server.URL, page)
	})
	t.Setenv("CATALOGUE_GITHUB_TOKEN", "s3cret")
	repos, problems := list(t, "github:"+server.URL+"/bonfire")
	if !slices.Equal(names(repos), []string{"app1", "app2"}) || len(problems) != 0 || !repos[0].Archived {
		t.Fatalf("%+v %v", repos, problems)
	}
}

func TestGitLab(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.EscapedPath() != "/api/v4/groups/coop%2Frecipes/projects" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("X-Total", "1")
		fmt.Fprint(w, `[{"path":"app","name":"The App","http_url_to_repo":"https://gitlab.example/coop/recipes/app.git","empty_repo":true}]`)
	}))
	defer server.Close()
	repos, _ := list(t, "gitlab:"+server.URL+"/coop/recipes")
	if len(repos) != 1 || repos[0].Name != "app" || !repos[0].Empty {
		t.Fatalf("%+v", repos)
	}
}

// TestHostileForges: none hangs, and none is taken for an empty list.
func TestHostileForges(t *testing.T) {
	t.Setenv("CATALOGUE_GITEA_TOKEN", "s3cret")
	page := `[{"name":"app","clone_url":"https://git.example.org/a/app.git"}]`
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		want    string
	}{
		"the same page again": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Link", `<http://`+r.Host+r.URL.String()+`>; rel="next"`)
			fmt.Fprint(w, page)
		}, "repeats"},
		"pages without end": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Link", `<x>; rel="next"`)
			fmt.Fprintf(w, `[{"name":"a%[1]s","clone_url":"https://git.example.org/a/a%[1]s.git"}]`, r.URL.Query().Get("page"))
		}, "more than 200 pages"},
		"a login page":   {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>log in") }, "no list of repositories"},
		"another object": {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"ok":true}`) }, "no list of repositories"},
		"half a page":    {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, page[:20]) }, "no list of repositories"},
		"broken off": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, page)
		}, "unexpected EOF"},
		"too much": {func(w http.ResponseWriter, _ *http.Request) {
			for w.Header(); ; {
				if _, err := fmt.Fprint(w, strings.Repeat(" ", 1<<20)); err != nil {
					return
				}
			}
		}, "more than 8388608 bytes"},
		"a page that vanishes": {func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Get("page") != "1" {
				http.NotFound(w, r)
				return
			}
			w.Header().Set("X-Total-Count", "2")
			fmt.Fprint(w, page)
		}, "page 2"},
		"a wrong token": {status(http.StatusUnauthorized), "CATALOGUE_GITEA_TOKEN"},
		"broken":        {status(http.StatusInternalServerError), "500"},
		"a long wait": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(http.StatusTooManyRequests)
		}, "rate limit is reached, asked with the token in CATALOGUE_GITEA_TOKEN; try again in 1h0m0s"},
		"a used up quota": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-RateLimit-Remaining", "0")
			w.Header().Set("X-RateLimit-Reset", strconv.FormatInt(time.Now().Add(time.Hour).Unix(), 10))
			w.WriteHeader(http.StatusForbidden)
		}, "rate limit is reached"},
		"always busy": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(http.StatusServiceUnavailable)
		}, "503"},
		"a redirect elsewhere": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://169.254.169.254/latest/meta-data", http.StatusFound)
		}, "refused a redirect to 169.254.169.254"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(test.handler)
			defer server.Close()
			_, _, err := parse(t, "gitea:"+server.URL+"/coop").List(t.Context(), nil)
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "s3cret") {
				t.Fatalf("got %v, want %q", err, test.want)
			}
		})
	}
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

func TestARateLimitIsWaitedFor(t *testing.T) {
	tries := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if tries++; tries < 3 {
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		w.Header().Set("X-Total-Count", "1")
		fmt.Fprint(w, `[{"name":"app","clone_url":"https://git.example.org/a/app.git"}]`)
	}))
	defer server.Close()
	if repos, _ := list(t, "gitea:"+server.URL+"/coop"); len(repos) != 1 || tries != 3 {
		t.Fatalf("%d tries, %v", tries, repos)
	}
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "59")
		w.WriteHeader(http.StatusTooManyRequests)
		cancel()
	}))
	defer server.Close()
	if _, _, err := parse(t, "gitea:"+server.URL+"/coop").List(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
}

func TestUnsafeReposAreProblems(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Total-Count", "6")
		fmt.Fprint(w, `[{"name":"good","clone_url":"https://git.example.org/good.git"},
			{"name":"../etc","clone_url":"https://git.example.org/a.git"},{"name":"a\u001b[2J","clone_url":"https://git.example.org/b.git"},
			{"name":"good","clone_url":"https://git.example.org/c.git"},{"name":"file","clone_url":"file:///etc"},
			{"name":"secret","clone_url":"https://ada:pw@git.example.org/d.git"}]`)
	}))
	defer server.Close()
	repos, problems := list(t, "gitea:"+server.URL+"/coop")
	if !slices.Equal(names(repos), []string{"good", "secret"}) || len(problems) != 4 {
		t.Fatalf("%v %v", names(repos), problems)
	}
	if repos[1].URL != "https://git.example.org/d.git" {
		t.Errorf("credentials stay in %q", repos[1].URL)
	}
	for _, problem := range problems {
		if strings.ContainsRune(problem.Where+problem.Message, '\x1b') {
			t.Errorf("a control character in %q", problem)
		}
	}
}
