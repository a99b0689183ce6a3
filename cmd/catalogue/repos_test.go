package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// commit DIR [TAG…] commits everything in DIR, which it makes a repo first, and
// tags the commit.
func commit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: commit DIR [TAG…]")
	}
	git := func(words ...string) {
		identity := []string{"-C", ts.MkAbs(args[0]), "-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "tag.gpgSign=false"}
		ts.Check(ts.Exec("git", append(identity, words...)...))
	}
	if _, err := os.Stat(ts.MkAbs(args[0] + "/.git")); err != nil {
		git("init", "-q", "-b", "main")
	}
	git("add", "-A")
	git("commit", "-q", "--allow-empty", "-m", "a change")
	for _, tag := range args[1:] {
		git("tag", "-f", "-a", "-m", "chore: publish "+tag+" release", tag)
	}
}

// grow FILE MEGABYTES makes a text file that much longer.
func grow(ts *testscript.TestScript, _ bool, args []string) {
	file, err := os.OpenFile(ts.MkAbs(args[0]), os.O_APPEND|os.O_WRONLY, 0)
	ts.Check(err)
	defer file.Close()
	megabytes := 0
	_, err = fmt.Sscan(args[1], &megabytes)
	ts.Check(err)
	_, err = file.WriteString("# " + strings.Repeat("x", megabytes<<20) + "\n")
	ts.Check(err)
}

// forge DIR [NAME…] serves the repos of a folder as a Gitea does, at $FORGE.
// Organisation coop has them, and the first one under every NAME too. In the
// organisation tarpit, every repo takes requests and never answers. Without the
// folder, the forge is broken.
func forge(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: forge DIR [NAME…]")
	}
	git, err := exec.LookPath("git")
	ts.Check(err)
	dir := ts.MkAbs(args[0])
	backend := &cgi.Handler{Path: git, Args: []string{"http-backend"}, Env: []string{
		"GIT_PROJECT_ROOT=" + dir, "GIT_HTTP_EXPORT_ALL=1",
		"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*",
	}}
	hanging := make(chan struct{})
	mux := http.NewServeMux()
	mux.Handle("/coop/", http.StripPrefix("/coop", backend))
	mux.HandleFunc("/tarpit/", func(_ http.ResponseWriter, r *http.Request) {
		select {
		case hanging <- struct{}{}:
			<-r.Context().Done()
		case <-r.Context().Done():
		}
	})
	mux.HandleFunc("/hung", func(http.ResponseWriter, *http.Request) { <-hanging })
	mux.HandleFunc("/api/v1/orgs/{org}/repos", func(w http.ResponseWriter, r *http.Request) {
		entries, err := os.ReadDir(dir)
		if err != nil {
			http.Error(w, "broken", http.StatusInternalServerError)
			return
		}
		var repos []map[string]string
		list := func(name, at string) {
			repos = append(repos, map[string]string{"name": name, "clone_url": "http://" + r.Host + path.Join("/", r.PathValue("org"), at)})
		}
		for _, entry := range entries {
			list(entry.Name(), entry.Name())
		}
		for _, name := range args[1:] {
			list(name, entries[0].Name())
		}
		w.Header().Set("X-Total-Count", fmt.Sprint(len(repos)))
		_ = json.NewEncoder(w).Encode(repos)
	})
	server := httptest.NewServer(mux)
	ts.Defer(server.Close)
	ts.Setenv("FORGE", server.URL)
}

// hung waits until a request hangs in the tarpit.
func hung(ts *testscript.TestScript, _ bool, _ []string) {
	response, err := http.Get(ts.Getenv("FORGE") + "/hung")
	ts.Check(err)
	ts.Check(response.Body.Close())
}
