//go:build bench

// Package bench measures whole commands against a peer that does the same work
// in the same run. `make bench` runs it and prints a table of medians and
// ratios: single figures mean little on a shared machine.
package bench

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"coopcloud.tech/catalogue/internal/git"
	"coopcloud.tech/catalogue/internal/git/gittest"
)

const runs = 7

// row is one measured pair.
type row struct {
	what, peer  string
	ours, their time.Duration
	note        string // what else was measured, or why there is no peer
}

func TestBench(t *testing.T) {
	t.Logf("%s, %d cores, %s", runtime.GOARCH, runtime.NumCPU(), runtime.Version())
	rows := slices.Concat(bonfire(t), editor(t), wholeCorpus(t), crawl(t), serve(t), tagsCheck(t))
	for _, r := range rows {
		ratio := "no peer"
		if r.their > 0 {
			ratio = fmt.Sprintf("%.2f", float64(r.ours)/float64(r.their))
		}
		fmt.Printf("| %-46s | %10s | %-42s | %10s | %7s | %s\n", r.what, round(r.ours), r.peer, round(r.their), ratio, r.note)
	}
}

func round(d time.Duration) time.Duration {
	if d > time.Second {
		return d.Round(10 * time.Millisecond)
	}
	return d.Round(10 * time.Microsecond)
}

// bonfire reads and lints the largest real recipe, 19 compose files, as whole
// processes. docker's own merge of the same files is the peer.
func bonfire(t *testing.T) []row {
	recipe := filepath.Join(corpus, "recipes/bonfire")
	files, _ := filepath.Glob(recipe + "/compose.*.yml")
	if len(files) == 0 {
		return []row{{what: "NO CORPUS: the rows of bonfire are left out"}}
	}
	files = append([]string{recipe + "/compose.yml", recipe + "/compose.postgres.yml"},
		slices.DeleteFunc(files, func(f string) bool { return strings.HasSuffix(f, "compose.postgres.yml") })...)
	files = append(files, recipe+"/postgres/compose.postgres.tune.yml")

	env := filepath.Join(t.TempDir(), "app.env")
	write(t, env, "DOMAIN=example.com\nDB_MEMORY_LIMIT=1024\n")
	spec := []string{"app", "spec", "--stack", "stack", "--env-file", env, "--json"}
	config := []string{"stack", "config"}
	for _, file := range files {
		spec = append(spec, "--compose-file", file)
		config = append(config, "-c", file)
	}
	ours := func() *exec.Cmd { return exec.Command(bin("catalogue"), spec...) }
	docker := func() *exec.Cmd {
		cmd := exec.Command("docker", config...)
		cmd.Env = append(os.Environ(), "STACK_NAME=stack", "DOMAIN=example.com", "DB_MEMORY_LIMIT=1024")
		return cmd
	}
	// bonfire's scripts are not part of the corpus, so specs with their bytes
	// cannot be made: the exit code does not matter here, the work does.
	a, b := pair(t, ours, docker)
	return []row{{what: "bonfire: read, merge and type 19 files", peer: "docker stack config, the same files", ours: a, their: b}, coldLint(t, docker)}
}

const (
	recipes  = 200
	versions = 5
)

// crawl reads recipes from a git server on loopback, first and again.
func crawl(t *testing.T) []row {
	repos := t.TempDir()
	for i := range recipes {
		build(t, filepath.Join(repos, fmt.Sprintf("recipe-%03d", i)))
	}
	server := httptest.NewServer(gittest.Handler(t, repos))
	defer server.Close()
	list := filepath.Join(t.TempDir(), "list")
	var urls strings.Builder
	for i := range recipes {
		fmt.Fprintf(&urls, "%s/recipe-%03d\n", server.URL, i)
	}
	write(t, list, urls.String())

	data, clones := filepath.Join(t.TempDir(), "data"), t.TempDir()
	first := timed(t, exec.Command(bin("catalogue"), "crawl", "--source", "list:"+list, "--data", data))
	cloned := timed(t, xargs(urls.String(), "cd "+clones+" && git clone -q --bare $0"))
	again, listed := pair(t,
		func() *exec.Cmd {
			return exec.Command(bin("catalogue"), "crawl", "--source", "list:"+list, "--data", data)
		},
		func() *exec.Cmd { return xargs(urls.String(), "git ls-remote $0") })
	return []row{
		{what: "crawl 200 recipes × 5 tags, first", peer: "git clone --bare, 8 at a time", ours: first, their: cloned},
		{what: "crawl 200 recipes × 5 tags, unchanged", peer: "git ls-remote, 8 at a time", ours: again, their: listed},
	}
}

// build makes a small recipe with five versions.
func build(t *testing.T, dir string) {
	t.Helper()
	var snapshots []git.Snapshot
	for v := range versions {
		version := fmt.Sprintf("1.%d.0+2.%d", v, v)
		snapshots = append(snapshots, git.Snapshot{
			Version: version,
			Files: fstest.MapFS{
				"compose.yml": {Data: fmt.Appendf(nil, smallRecipe, v, version)},
				".env.sample": {Data: []byte("TYPE=small\nDOMAIN=small.example.com\nSECRET_PW_VERSION=v1 # length=32\n")},
				"README.md":   {Data: []byte("# small\n\n<!-- metadata -->\n* **Category**: Apps\n* **Status**: 3\n<!-- endmetadata -->\n")},
			},
		})
	}
	if err := git.Build(dir, snapshots); err != nil {
		t.Fatal(err)
	}
}

const smallRecipe = `version: "3.8"
services:
  app:
    image: nginx:2.%d
    networks: [proxy]
    secrets: [pw]
    healthcheck: {test: ["CMD", "true"]}
    deploy:
      labels:
        - "traefik.enable=true"
        - "coop-cloud.${STACK_NAME}.version=%s"
networks: {proxy: {external: true}}
secrets: {pw: {external: true, name: "${STACK_NAME}_pw_${SECRET_PW_VERSION}"}}
`

// serve compares the time of one request for recipes.json under load with
// nginx serving the same file.
func serve(t *testing.T) []row {
	for _, tool := range []string{"wrk", "nginx"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Logf("no %s: the rows for serving are left out", tool)
			return nil
		}
	}
	repos, data := t.TempDir(), filepath.Join(t.TempDir(), "data")
	for i := range recipes {
		build(t, filepath.Join(repos, fmt.Sprintf("recipe-%03d", i)))
	}
	ours := exec.Command(bin("catalogue"), "serve", "--source", "dir:"+repos, "--data", data, "--listen", "127.0.0.1:18080")
	start(t, ours, "http://127.0.0.1:18080/recipes.json")
	conf := filepath.Join(t.TempDir(), "nginx.conf")
	write(t, conf, fmt.Sprintf(nginxConf, filepath.Dir(conf), filepath.Join(data, "public")))
	nginx := exec.Command("nginx", "-c", conf, "-g", "daemon off;")
	start(t, nginx, "http://127.0.0.1:18081/recipes.json")

	var a, b []time.Duration
	for range 5 {
		a = append(a, load(t, "http://127.0.0.1:18080/recipes.json"))
		b = append(b, load(t, "http://127.0.0.1:18081/recipes.json"))
	}
	return []row{{what: "recipes.json: time per request, 32 connections", peer: "nginx, 2 workers, the same file", ours: median(a), their: median(b)}}
}

const nginxConf = `worker_processes 2;
user root;
pid %[1]s/pid;
error_log stderr;
events { worker_connections 256; }
http {
  access_log off;
  sendfile on;
  open_file_cache max=100;
  types { application/json json; }
  server { listen 127.0.0.1:18081; root %[2]s; }
}
`

// load returns the time per request as wrk sees it.
func load(t *testing.T, url string) time.Duration {
	t.Helper()
	out, err := exec.Command("wrk", "-t1", "-c32", "-d3s", url).CombinedOutput()
	if err != nil || bytes.Contains(out, []byte("Non-2xx")) {
		t.Fatalf("wrk: %v\n%s", err, out)
	}
	var rate float64
	for line := range strings.Lines(string(out)) {
		_, _ = fmt.Sscanf(line, "Requests/sec: %f", &rate)
	}
	t.Logf("%s: %.0f requests/s", url, rate)
	return time.Duration(float64(time.Second) / rate)
}

// start runs a server until the test ends, and waits for it to answer.
func start(t *testing.T, cmd *exec.Cmd, url string) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	})
	for deadline := time.Now().Add(time.Minute); ; {
		response, err := http.Get(url)
		if err == nil {
			_, _ = io.Copy(io.Discard, response.Body)
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s does not answer: %v", url, err)
		}
		<-time.After(50 * time.Millisecond)
	}
}

func bin(name string) string {
	path, _ := filepath.Abs("../../bin/" + name)
	return path
}

func xargs(input, command string) *exec.Cmd {
	cmd := exec.Command("xargs", "-P8", "-n1", "sh", "-c", command)
	cmd.Stdin = strings.NewReader(input)
	return cmd
}

// pair runs two commands in turn and returns the medians.
func pair(t *testing.T, ours, their func() *exec.Cmd) (a, b time.Duration) {
	t.Helper()
	var as, bs []time.Duration
	for range runs {
		as = append(as, timed(t, ours()))
		bs = append(bs, timed(t, their()))
	}
	return median(as), median(bs)
}

func timed(t *testing.T, cmd *exec.Cmd) time.Duration {
	t.Helper()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	started := time.Now()
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatalf("%s: %v\n%s", cmd, err, stderr.Bytes())
	}
	return time.Since(started)
}

func median(values []time.Duration) time.Duration {
	slices.Sort(values)
	return values[len(values)/2]
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
