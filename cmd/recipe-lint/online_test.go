package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/rogpeppe/go-internal/testscript"

	"coopcloud.tech/catalogue/internal/upstream/upstreamtest"
)

// net is all that a script's commands can reach: a registry, and a web server that
// serves the script's folder www as the catalogue and the forge, and as a proxy whatever
// else somebody may try.
type net struct {
	registry *upstreamtest.Registry
	web      *httptest.Server

	mu    sync.Mutex
	asked []string
}

// networks are those of the scripts that run, which may do so side by side.
var networks sync.Map

func networkOf(ts *testscript.TestScript) *net {
	found, ok := networks.Load(ts.Getenv("WORK"))
	if !ok {
		ts.Fatalf("'network' starts one")
	}
	return found.(*net)
}

// network starts one and names it in the environment.
func network(ts *testscript.TestScript, _ bool, _ []string) {
	n := &net{registry: upstreamtest.Start()}
	work := ts.Getenv("WORK")
	n.web = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		n.mu.Lock()
		n.asked = append(n.asked, req.Method+" "+req.URL.String())
		n.mu.Unlock()
		n.serve(w, work+"/www"+req.URL.Path)
	}))
	networks.Store(work, n)
	ts.Defer(func() {
		networks.Delete(work)
		n.registry.Close()
		n.web.Close()
	})
	ts.Setenv("REGISTRY", n.registry.Host)
	ts.Setenv("CATALOGUE", n.web.URL+"/recipes.json")
	ts.Setenv("WEB", n.web.URL)
	ts.Setenv("RECIPE_LINT_FORGE", n.web.URL+"/coop-cloud")
	for _, proxy := range []string{"HTTP_PROXY", "HTTPS_PROXY"} {
		ts.Setenv(proxy, n.web.URL)
	}
	ts.Setenv("XDG_CACHE_HOME", work+"/cache")
}

// serve answers with the file, as an API does.
func (n *net) serve(w http.ResponseWriter, path string) {
	data, err := os.ReadFile(path)
	w.Header().Set("Content-Type", "application/json")
	if err != nil {
		w.WriteHeader(http.StatusNotFound)
		data = []byte(`{"message":"not found"}`)
	}
	_, _ = w.Write(data)
}

// push IMAGE ENVVAR stores an image and names its digest.
func push(ts *testscript.TestScript, _ bool, args []string) {
	digest, err := networkOf(ts).registry.Push(args[0], v1.Config{Labels: map[string]string{"of": args[1]}}, "linux/amd64")
	ts.Check(err)
	ts.Setenv(args[1], digest)
}

// pushlayers IMAGE ENTRY… stores an image of such layers as upstreamtest.Layer makes, with
// "--" between them.
func pushlayers(ts *testscript.TestScript, _ bool, args []string) {
	var layers [][]byte
	for entries := args[1:]; len(entries) > 0; {
		end := slices.Index(append(entries[:len(entries):len(entries)], "--"), "--")
		layers = append(layers, upstreamtest.Gzip(upstreamtest.Layer(entries[:end]...)))
		entries = entries[min(end+1, len(entries)):]
	}
	_, err := networkOf(ts).registry.PushLayers(args[0], v1.Config{}, layers...)
	ts.Check(err)
}

// asked PATTERN… says that just these were asked since the last time, in any order.
func asked(ts *testscript.TestScript, _ bool, args []string) {
	n := networkOf(ts)
	n.mu.Lock()
	defer n.mu.Unlock()
	all := append(n.registry.Asked(), n.asked...)
	n.asked = nil
	ts.Check(upstreamtest.Differ(all, args))
}

// down stops the network.
func down(ts *testscript.TestScript, _ bool, _ []string) {
	n := networkOf(ts)
	n.registry.Close()
	n.web.Close()
}

// expand FILE… writes what $NAMES stand for into the files.
func expand(ts *testscript.TestScript, _ bool, files []string) {
	for _, file := range files {
		text := os.Expand(ts.ReadFile(file), ts.Getenv)
		ts.Check(os.WriteFile(ts.MkAbs(file), []byte(text), 0o644))
	}
}

// On a terminal the line appears only after a while, and goes again.
func TestProgress(t *testing.T) {
	var screen bytes.Buffer
	p := &progress{total: 2}
	p.start(&screen, time.Hour)
	p.step("nginx")
	p.clear()
	if screen.Len() > 0 {
		t.Errorf("a quick run shows %q", &screen)
	}
	p = &progress{total: 2}
	p.start(&screen, 0)
	for visible := false; !visible; {
		p.mu.Lock()
		visible = p.visible
		p.mu.Unlock()
	}
	p.step("a\x1b[31mb")
	p.clear()
	p.step("late")
	if text := screen.String(); !strings.Contains(text, "1 of 2") || strings.Contains(text, "\x1b[31m") || !strings.HasSuffix(text, "\r\x1b[K") {
		t.Errorf("shows %q", text)
	}
}

func TestManyImagesAreNamedInBrief(t *testing.T) {
	images := []string{"e", "d", "c", "b", "a"}
	if got, want := shown("no answer", images), "no answer (a, b, c, 2 more)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
