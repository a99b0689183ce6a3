package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/internal/index/publish"
	"coopcloud.tech/catalogue/internal/index/publish/publishtest"
	"coopcloud.tech/catalogue/internal/index/web"
)

func TestHealth(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "later")
	site := serve(t, dir, nil).URL
	if got := get(t, site+"/healthz"); got.StatusCode != http.StatusServiceUnavailable || !strings.Contains(got.body, `"ok":false`) {
		t.Errorf("before: %s %s", got.Status, got.body)
	}
	for _, path := range []string{"/", "/gitea", "/recipes.json"} {
		if got := get(t, site+path); got.StatusCode != http.StatusServiceUnavailable || got.Header.Get("Retry-After") == "" {
			t.Errorf("before: %s is %s", path, got.Status)
		}
	}
	if err := publish.Write(t.Context(), publishtest.Sample(), dir); err != nil {
		t.Fatal(err)
	}
	want := `{"ok":true,"published_at":"2026-11-22T09:41:00Z","recipes":14}`
	for range 2 {
		if got := get(t, site+"/healthz"); got.StatusCode != http.StatusOK || got.body != want || got.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("after: %s %s", got.Status, got.body)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "v2/index.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := get(t, site+"/healthz"); got.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("broken index: %s %s", got.Status, got.body)
	}
}

// What is published is served at once, and never by halves.
func TestServesWhileItIsPublished(t *testing.T) {
	dir := t.TempDir()
	site := serve(t, dir, nil).URL
	edition := func(i int) catalogue.Catalogue {
		c := publishtest.Sample()
		for j := range c.Recipes {
			c.Recipes[j].Description = strings.Repeat("x", i*100)
		}
		return c
	}
	var readers sync.WaitGroup
	done := make(chan struct{})
	if err := publish.Write(t.Context(), edition(0), dir); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				got := get(t, site+"/recipes.json", "Accept-Encoding: gzip")
				if _, err := catalogue.DecodePlain([]byte(unpack(t, got.body))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range 20 {
		if err := publish.Write(t.Context(), edition(i), dir); err != nil {
			t.Fatal(err)
		}
		file, err := os.ReadFile(filepath.Join(dir, "recipes.json"))
		if err != nil {
			t.Fatal(err)
		}
		if got := get(t, site+"/recipes.json"); got.body != string(file) {
			t.Errorf("edition %d: an old recipes.json is served", i)
		}
	}
	close(done)
	readers.Wait()
	if err := publish.Write(t.Context(), catalogue.Catalogue{}, dir); err != nil {
		t.Fatal(err)
	}
	if got := get(t, site+"/gitea"); got.StatusCode != http.StatusNotFound {
		t.Errorf("a recipe that is gone: %s", got.Status)
	}
}

// lines is a log that tests can read while it is written.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func TestLogIsSafe(t *testing.T) {
	log := &lines{}
	server := httptest.NewServer(web.New(web.Options{
		Dir: published(t, publishtest.Sample()), Log: slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}))
	get(t, server.URL+"/a%0Alevel=ERROR%20msg=forged%1b[31m%E2%80%AE"+strings.Repeat("z", 1000))
	get(t, server.URL+"/gitea?token=hunter2", "Authorization: Bearer hunter2", "X-Forwarded-For: 6.6.6.6", "User-Agent: hunter2")
	server.Close() // waits for the handlers
	entries := strings.Split(strings.TrimSpace(log.String()), "\n")
	if len(entries) != 2 {
		t.Fatalf("%d lines:\n%s", len(entries), log)
	}
	var first struct {
		Level, Path string
		Status      int
	}
	if err := json.Unmarshal([]byte(entries[0]), &first); err != nil {
		t.Fatal(err)
	}
	if first.Level != "INFO" || first.Status != 404 || len(first.Path) > 300 || strings.ContainsAny(first.Path, "\n\x1b\u202e") {
		t.Errorf("%+v", first)
	}
	if strings.Contains(log.String(), "hunter2") || strings.Contains(log.String(), "6.6.6.6") {
		t.Errorf("the log holds what it must not:\n%s", log)
	}
}

func TestServeStopsGracefully(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	started, release := make(chan struct{}), make(chan struct{})
	slow := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(started)
		<-release
		_, _ = io.WriteString(w, "whole")
	})
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- web.Serve(ctx, listener, slow, nil) }()
	answered := make(chan answer, 1)
	go func() { answered <- get(t, "http://"+listener.Addr().String()) }()
	<-started
	stop()
	for { // until it takes no new connections
		connection, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			break
		}
		connection.Close()
	}
	close(release)
	if got := <-answered; got.body != "whole" {
		t.Errorf("the running request got %q", got.body)
	}
	if err := <-served; err != nil {
		t.Errorf("a stop on request is an error: %v", err)
	}
}

func TestServeSaysWhatFails(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	err = web.Serve(t.Context(), listener, http.NotFoundHandler(), nil)
	if !errors.Is(err, net.ErrClosed) || !strings.Contains(err.Error(), listener.Addr().String()) {
		t.Errorf("error %v", err)
	}
}

func TestServeRefusesHugeHeaders(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() {
		served <- web.Serve(ctx, listener, web.New(web.Options{Dir: published(t, publishtest.Sample())}), nil)
	}()
	if got := get(t, "http://"+listener.Addr().String(), "X-Big: "+strings.Repeat("x", 64<<10)); got.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("64 KiB of header: %s", got.Status)
	}
	stop()
	if err := <-served; err != nil {
		t.Error(err)
	}
}

func TestMetrics(t *testing.T) {
	dir := t.TempDir()
	site := serve(t, dir, nil).URL
	if got := get(t, site+"/metrics"); got.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("before: %s", got.Status)
	}
	if err := publish.Write(t.Context(), publishtest.Sample(), dir); err != nil {
		t.Fatal(err)
	}
	got := get(t, site+"/metrics")
	if got.StatusCode != http.StatusOK || !strings.HasPrefix(got.Header.Get("Content-Type"), "text/plain; version=0.0.4") {
		t.Errorf("%s %s", got.Status, got.Header)
	}
	for _, want := range []string{
		"catalogue_published_timestamp_seconds 1795340460", `catalogue_recipes{status="ok"} 12`, `catalogue_recipes{status="unknown"} 1`,
		`catalogue_image_verdicts{verdict="minor"} 2`, `catalogue_image_verdicts{verdict="unknown"} 1`, `catalogue_image_checks{status="ok"} 2`,
		"catalogue_images_ended 1", "catalogue_images_missing 1", "# TYPE catalogue_versions gauge",
	} {
		if !strings.Contains(got.body, want+"\n") {
			t.Errorf("no %s in\n%s", want, got.body)
		}
	}
}
