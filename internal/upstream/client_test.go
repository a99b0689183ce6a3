package upstream_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"coopcloud.tech/catalogue/internal/upstream"
	"coopcloud.tech/catalogue/internal/upstream/upstreamtest"
)

func startRegistry(t *testing.T) *upstreamtest.Registry {
	t.Helper()
	r := upstreamtest.Start()
	t.Cleanup(r.Close)
	return r
}

func push(t *testing.T, r *upstreamtest.Registry, image string, config v1.Config, platforms ...string) string {
	t.Helper()
	digest, err := r.Push(image, config, platforms...)
	if err != nil {
		t.Fatal(err)
	}
	return digest
}

// anonymous keeps the machine's own credentials out of the tests.
func client(r *upstreamtest.Registry, o upstream.Options) *upstream.Client {
	o.Anonymous = true
	o.Private = append(o.Private, r.Host)
	return upstream.New(o)
}

func TestImage(t *testing.T) {
	r := startRegistry(t)
	digest := push(t, r, "team/app:1.0", v1.Config{}, "linux/amd64")
	c := client(r, upstream.Options{})
	image, err := c.Image(t.Context(), r.Host+"/team/app:1.0")
	if err != nil {
		t.Fatal(err)
	}
	if image.Digest != digest || image.Repository != r.Host+"/team/app" || image.Tag != "1.0" || image.CheckedAt.IsZero() {
		t.Errorf("%+v, want digest %s", image, digest)
	}
	if asked := r.Asked(); !slices.Equal(asked, []string{"HEAD /v2/team/app/manifests/1.0"}) {
		t.Errorf("asked %q; one HEAD would do", asked)
	}
	byDigest, err := c.Image(t.Context(), r.Host+"/team/app:gone@"+digest)
	if err != nil || byDigest.Digest != digest || byDigest.Tag != "" {
		t.Errorf("by digest: %+v, %v", byDigest, err)
	}
}

func TestNotFound(t *testing.T) {
	r := startRegistry(t)
	push(t, r, "app:1.0", v1.Config{}, "linux/amd64")
	c := client(r, upstream.Options{})
	for _, image := range []string{"app:2.0", "nothing:1.0", "app@sha256:" + strings.Repeat("0", 64)} {
		if _, err := c.Image(t.Context(), r.Host+"/"+image); !errors.Is(err, upstream.ErrNotFound) {
			t.Errorf("%s: %v", image, err)
		}
	}
}

func TestBadReference(t *testing.T) {
	for _, text := range []string{"", "UPPER", "a b", "https://example.org/app", "user@example.org/app", "x:" + strings.Repeat("t", 200), "../../etc", "\x1b[31m"} {
		_, err := upstream.New(upstream.Options{}).Image(t.Context(), text)
		if err == nil || errors.Is(err, upstream.ErrNotFound) || strings.ContainsRune(err.Error(), '\x1b') {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestPlatformsAndConfig(t *testing.T) {
	r := startRegistry(t)
	check := &v1.HealthConfig{Test: []string{"CMD", "wget", "localhost"}, Interval: time.Minute, Retries: 4}
	config := v1.Config{User: "65532", Entrypoint: []string{"/app"}, Cmd: []string{"serve"}, Healthcheck: check, Labels: map[string]string{"a": "b"}}
	push(t, r, "app:many", config, "linux/amd64", "linux/arm/v7")
	push(t, r, "app:one", config, "linux/arm64")
	c := client(r, upstream.Options{CacheDir: t.TempDir()})
	for tag, want := range map[string]string{"many": "[linux/amd64 linux/arm/v7]", "one": "[linux/arm64]"} {
		image, err := c.Image(t.Context(), r.Host+"/app:"+tag)
		if err != nil {
			t.Fatal(err)
		}
		platforms, err := c.Platforms(t.Context(), image)
		if err != nil || !strings.EqualFold(want, format(platforms)) {
			t.Errorf("%s: %v, %v, want %s", tag, platforms, err, want)
		}
		for _, platform := range platforms {
			got, err := c.Config(t.Context(), image, platform)
			if err != nil || got.User != "65532" || got.Cmd[0] != "serve" || got.Entrypoint[0] != "/app" || got.Labels["a"] != "b" || got.Healthcheck.Retries != 4 || got.Healthcheck.Interval != time.Minute {
				t.Errorf("%s %s: %+v, %v", tag, platform, got, err)
			}
		}
		r.Asked()
		if _, err := c.Platforms(t.Context(), image); err != nil || len(r.Asked()) > 0 {
			t.Errorf("%s: asked again for what a digest names: %v", tag, err)
		}
	}
	image, err := c.Image(t.Context(), r.Host+"/app:many")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Config(t.Context(), image, upstream.Platform{OS: "plan9", Architecture: "mips"}); !errors.Is(err, upstream.ErrNotFound) {
		t.Errorf("a platform that is not there: %v", err)
	}
}

func format(platforms []upstream.Platform) string {
	var names []string
	for _, p := range platforms {
		names = append(names, p.String())
	}
	return "[" + strings.Join(names, " ") + "]"
}

func TestCacheExpires(t *testing.T) {
	r := startRegistry(t)
	push(t, r, "app:1.0", v1.Config{}, "linux/amd64")
	now := time.Now()
	c := client(r, upstream.Options{CacheDir: t.TempDir(), Now: func() time.Time { return now }})
	requests := func(image string) int {
		r.Asked()
		_, _ = c.Image(t.Context(), r.Host+"/"+image)
		return len(r.Asked())
	}
	steps := []struct {
		later time.Duration
		image string
		asks  bool
	}{
		{0, "app:1.0", true},
		{5 * time.Hour, "app:1.0", false},
		{2 * time.Hour, "app:1.0", true},
		{0, "app:2.0", true},
		{50 * time.Minute, "app:2.0", false},
		{20 * time.Minute, "app:2.0", true},
		{-24 * time.Hour, "app:1.0", true}, // the clock was set back: an answer from the future is none
	}
	for _, step := range steps {
		now = now.Add(step.later)
		if asked := requests(step.image); asked > 0 != step.asks {
			t.Errorf("%s after %s: %d requests", step.image, step.later, asked)
		}
	}
}

// A damaged cache is asked again and mended, never believed.
func TestCacheDamaged(t *testing.T) {
	r := startRegistry(t)
	digest := push(t, r, "app:1.0", v1.Config{}, "linux/amd64")
	dir := t.TempDir()
	for _, damage := range []string{"", "{", "null", `{"question":"another","at":"2026-01-01T00:00:00Z","answer":{"missing":true}}`, strings.Repeat("x", 2<<20)} {
		if _, err := client(r, upstream.Options{CacheDir: dir}).Image(t.Context(), r.Host+"/app:1.0"); err != nil {
			t.Fatal(err)
		}
		entries, err := filepath.Glob(filepath.Join(dir, "*", "*.json"))
		if err != nil || len(entries) != 1 {
			t.Fatalf("entries %v, %v", entries, err)
		}
		if err := os.WriteFile(entries[0], []byte(damage), 0o600); err != nil {
			t.Fatal(err)
		}
		image, err := client(r, upstream.Options{CacheDir: dir}).Image(t.Context(), r.Host+"/app:1.0")
		if err != nil || image.Digest != digest {
			t.Errorf("%.20q: %+v, %v", damage, image, err)
		}
	}
}

func TestCacheCannotBeWritten(t *testing.T) {
	r := startRegistry(t)
	push(t, r, "app:1.0", v1.Config{}, "linux/amd64")
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := client(r, upstream.Options{CacheDir: file}).Image(t.Context(), r.Host+"/app:1.0"); err != nil {
		t.Error(err)
	}
}

func TestOffline(t *testing.T) {
	r := startRegistry(t)
	push(t, r, "app:1.0", v1.Config{}, "linux/amd64")
	dir := t.TempDir()
	if _, err := client(r, upstream.Options{CacheDir: dir}).Image(t.Context(), r.Host+"/app:1.0"); err != nil {
		t.Fatal(err)
	}
	r.Asked()
	later := func() time.Time { return time.Now().Add(1000 * time.Hour) }
	offline := client(r, upstream.Options{CacheDir: dir, Offline: true, Now: later})
	image, err := offline.Image(t.Context(), r.Host+"/app:1.0")
	if err != nil || image.Digest == "" {
		t.Errorf("what was asked before: %+v, %v", image, err)
	}
	if _, err := offline.Image(t.Context(), r.Host+"/app:2.0"); !errors.Is(err, upstream.ErrOffline) {
		t.Errorf("what was not: %v", err)
	}
	if _, err := offline.Platforms(t.Context(), image); !errors.Is(err, upstream.ErrOffline) {
		t.Errorf("platforms: %v", err)
	}
	if asked := r.Asked(); len(asked) > 0 {
		t.Errorf("asked %q offline", asked)
	}
}

// The credentials that docker login stored are used, from the file and from a helper.
func TestCredentials(t *testing.T) {
	r := upstreamtest.StartBehind(func(images http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			// Only the client under test needs a login; the one that pushes does not.
			user, password, _ := req.BasicAuth()
			if strings.Contains(req.UserAgent(), "tested") && (user != "ada" || password != "s3cret") {
				w.Header().Set("WWW-Authenticate", `Basic realm="r"`)
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			images.ServeHTTP(w, req)
		})
	})
	t.Cleanup(r.Close)
	push(t, r, "app:1.0", v1.Config{}, "linux/amd64")
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("DOCKER_CONFIG", filepath.Join(home, ".docker"))
	t.Setenv("PATH", home+":"+os.Getenv("PATH"))
	write := func(name, text string, mode os.FileMode) {
		path := filepath.Join(home, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), mode)); err != nil {
			t.Fatal(err)
		}
	}
	ask := func() error {
		c := upstream.New(upstream.Options{Private: []string{r.Host}, UserAgent: "tested"})
		_, err := c.Image(t.Context(), r.Host+"/app:1.0")
		return err
	}
	if err := ask(); !errors.Is(err, upstream.ErrDenied) {
		t.Errorf("without credentials: %v", err)
	}
	write(".docker/config.json", `{"auths":{"`+r.Host+`":{"auth":"YWRhOnMzY3JldA=="}}}`, 0o600)
	if err := ask(); err != nil {
		t.Errorf("from the file: %v", err)
	}
	write(".docker/config.json", `{"credHelpers":{"`+r.Host+`":"tested"}}`, 0o600)
	err := ask()
	if !errors.Is(err, upstream.ErrDenied) || !strings.Contains(err.Error(), "could not be read") {
		t.Errorf("a helper that is not there: %v", err)
	}
	write("docker-credential-tested", "#!/bin/sh\necho '{\"Username\":\"ada\",\"Secret\":\"s3cret\"}'\n", 0o700)
	if err := ask(); err != nil {
		t.Errorf("from a helper: %v", err)
	}
	write("hang", "", 0o600) // until the test's folder is removed
	write("docker-credential-tested", "#!/bin/sh\nwhile [ -e \"$HOME/hang\" ]; do sleep 0.01; done\n", 0o700)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	c := upstream.New(upstream.Options{Private: []string{r.Host}})
	if _, err := c.Image(ctx, r.Host+"/app:1.0"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a helper that hangs: %v", err)
	}
}
