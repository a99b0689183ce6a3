package lifecycle_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/internal/index/lifecycle"
)

// documents are shortened ones of https://endoflife.date/api/.
var documents = map[string]string{
	"postgresql": `[{"cycle":"17","releaseDate":"2024-09-26","eol":"2029-11-08","latest":"17.2","latestReleaseDate":"2024-11-21","lts":false},
		{"cycle":"9.6","releaseDate":"2016-09-29","eol":"2021-11-11","latest":"9.6.24","latestReleaseDate":"2021-11-11","lts":false}]`,
	"redis":   `[{"cycle":"7.4","releaseDate":"2024-07-29","eol":false,"latest":"7.4.1","lts":false},{"cycle":"7.2","eol":true,"lts":false}]`,
	"ubuntu":  `[{"cycle":"22.04","codename":"Jammy Jellyfish","lts":true,"releaseDate":"2022-04-21","support":"2024-09-30","eol":"2027-04-01","extendedSupport":"2032-04-09","link":null}]`,
	"debian":  `[{"cycle":"12","codename":"Bookworm","eol":"2026-06-10","extendedSupport":"2028-06-30"}]`,
	"nodejs":  `[{"cycle":20,"eol":"2026-04-30"}]`,
	"mariadb": `[{"cycle":"10.6","eol":"2026-07-06"},{"cycle":"10","eol":"2020-01-01"}]`,
	"mysql":   `{"message":"what is this"}`,
	"php":     `[{"cycle":"8.2","eol":"soon"}]`,
	"python":  `[` + strings.Repeat(`{"cycle":"1","eol":true},`, 1000) + `{"cycle":"1","eol":true}]`,
	"ruby":    `"` + strings.Repeat("x", 1<<20) + `"`,
}

// server serves them, and remembers what it was asked.
type server struct {
	*httptest.Server
	mu     sync.Mutex
	asked  []string
	answer int // a status instead of a document
}

func start(t *testing.T) *server {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *server) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, req.URL.Path)
	document, ok := documents[strings.TrimSuffix(strings.TrimPrefix(req.URL.Path, "/api/"), ".json")]
	switch {
	case s.answer != 0:
		w.WriteHeader(s.answer)
	case !ok:
		w.WriteHeader(http.StatusNotFound)
	default:
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, document)
	}
}

func (s *server) requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.asked)
	s.asked = nil
	return n
}

func newClient(t *testing.T, o lifecycle.Options) *lifecycle.Client {
	t.Helper()
	c, err := lifecycle.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func show(e *catalogue.EndOfLife) string {
	if e == nil {
		return ""
	}
	return fmt.Sprintf("%s %s %s %v", e.Product, e.Cycle, e.Date, e.Ended)
}

func TestOf(t *testing.T) {
	s := start(t)
	c := newClient(t, lifecycle.Options{URL: s.URL + "/api/"})
	for image, want := range map[string]string{
		"postgres:17.2-alpine": "postgresql 17 2029-11-08 false", "docker.io/library/postgres:17": "postgresql 17 2029-11-08 false",
		"postgres:9.6": "postgresql 9.6 2021-11-11 false", "postgres:9": "", "postgres:latest": "", "postgres:17beta1": "", "postgres:17-rc1": "",
		"postgres:170": "", "postgres:16": "",
		"redis:7.4.1": "redis 7.4  false", "redis:7.2": "redis 7.2  true", "redis:7": "", "redis:7-alpine": "", "redis:": "",
		"ubuntu:22.04": "ubuntu 22.04 2027-04-01 false", "ubuntu:jammy": "ubuntu 22.04 2027-04-01 false", "ubuntu:jammy-20240530": "ubuntu 22.04 2027-04-01 false",
		"debian:bookworm-slim": "debian 12 2026-06-10 false", "debian:12.5": "debian 12 2026-06-10 false", "debian:trixie": "",
		"node:20.1-alpine3.18": "nodejs 20 2026-04-30 false", "node:v20": "nodejs 20 2026-04-30 false",
		"mariadb:10.6.4": "mariadb 10.6 2026-07-06 false", "mariadb:10.11": "mariadb 10 2020-01-01 false",
		"somebody/postgres:17": "", "ghcr.io/library/postgres:17": "", "mongo:7.0": "", "UPPER:1": "",
	} {
		at := strings.LastIndex(image, ":")
		if end, err := c.Of(t.Context(), image[:at], image[at+1:]); err != nil || show(end) != want {
			t.Errorf("%s: %q, %v, want %q", image, show(end), err, want)
		}
	}
	if n := s.requests(); n != 7 {
		t.Errorf("%d requests for 7 products", n)
	}
}

func TestBadDocuments(t *testing.T) {
	s := start(t)
	for image, want := range map[string]string{"mysql": "format", "php": "parsing time", "python": "1001 lines", "ruby": "more than"} {
		c := newClient(t, lifecycle.Options{URL: s.URL + "/api"})
		if end, err := c.Of(t.Context(), image, "8.2"); end != nil || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v", image, end, err)
		}
	}
}

// A document holds for a day; an older one is better than none; a server that fails is
// left alone for a while.
func TestOfIsKept(t *testing.T) {
	s := start(t)
	now := time.Now()
	o := lifecycle.Options{URL: s.URL + "/api", CacheDir: t.TempDir(), Now: func() time.Time { return now }}
	of := func(c *lifecycle.Client, image string) (string, bool) {
		end, err := c.Of(t.Context(), image, "17")
		return show(end), err != nil
	}
	const want = "postgresql 17 2029-11-08 false"
	for _, later := range []time.Duration{0, 23 * time.Hour, 2 * time.Hour} {
		now = now.Add(later)
		if got, failed := of(newClient(t, o), "postgres"); got != want || failed {
			t.Errorf("%s later: %q", later, got)
		}
	}
	if n := s.requests(); n != 2 {
		t.Errorf("%d requests in 25 hours", n)
	}
	s.answer = http.StatusTooManyRequests
	now = now.Add(48 * time.Hour)
	c := newClient(t, o)
	for range 3 {
		if got, failed := of(c, "postgres"); got != want || !failed {
			t.Errorf("down: %q, failed %v", got, failed)
		}
		if got, failed := of(c, "redis"); got != "" || !failed {
			t.Errorf("down, not asked before: %q, failed %v", got, failed)
		}
	}
	if n := s.requests(); n != 1 {
		t.Errorf("%d requests to a server that wants none", n)
	}
	s.answer = 0
	now = now.Add(11 * time.Minute)
	if got, failed := of(c, "postgres"); got != want || failed {
		t.Errorf("up again: %q, failed %v", got, failed)
	}
}

// Nothing but the server that the operator named is asked.
func TestRedirects(t *testing.T) {
	other := start(t)
	front := httptest.NewServer(http.RedirectHandler(other.URL+"/api/redis.json", http.StatusFound))
	t.Cleanup(front.Close)
	c := newClient(t, lifecycle.Options{URL: front.URL})
	if end, err := c.Of(t.Context(), "redis", "7.4"); end != nil || err == nil || other.requests() > 0 {
		t.Errorf("%v, %v", end, err)
	}
	for _, wrong := range []string{"endoflife.date", "http://endoflife.date/api", "ftp://localhost", "https://user:pw@example.org/", "https://", "https://example.org/?q"} {
		if _, err := lifecycle.New(lifecycle.Options{URL: wrong}); err == nil {
			t.Errorf("%s is taken", wrong)
		}
	}
}
