package upstream

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// dockerHub stands in for the registry of Docker Hub and its API, which no name leads
// elsewhere: the requests are real, but for the address that they go to.
type dockerHub struct {
	server *httptest.Server
	list   string            // of tags, as the registry tells them
	recent string            // the API's page of tags
	single map[string]string // the API's answers for one tag
	limit  bool              // the API has enough

	mu    sync.Mutex
	asked []string
}

func startHub(t *testing.T) *dockerHub {
	h := &dockerHub{single: map[string]string{}}
	h.server = httptest.NewServer(h)
	t.Cleanup(h.server.Close)
	return h
}

// RoundTrip sends everything to the server.
func (h *dockerHub) RoundTrip(req *http.Request) (*http.Response, error) {
	sent := req.Clone(req.Context())
	sent.Host = req.URL.Host
	sent.URL.Scheme, sent.URL.Host = "http", strings.TrimPrefix(h.server.URL, "http://")
	res, err := http.DefaultTransport.RoundTrip(sent)
	if res != nil {
		res.Request = req
	}
	return res, err
}

func (h *dockerHub) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	h.mu.Lock()
	h.asked = append(h.asked, req.Method+" "+req.Host+req.URL.RequestURI())
	h.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	tags, isAPI := strings.CutPrefix(req.URL.Path, "/v2/namespaces/library/repositories/app/tags")
	switch {
	case req.Host == "auth.docker.io":
		fmt.Fprint(w, `{"token":"t"}`)
	case req.URL.Path == "/v2/":
		w.Header().Set("WWW-Authenticate", `Bearer realm="https://auth.docker.io/token",service="registry.docker.io"`)
		w.WriteHeader(http.StatusUnauthorized)
	case req.Host == "index.docker.io" && strings.HasSuffix(req.URL.Path, "/tags/list"):
		fmt.Fprint(w, h.list)
	case req.Host != hubHost || !isAPI:
		w.WriteHeader(http.StatusNotFound)
	case h.limit:
		w.Header().Set("Retry-After", "600")
		w.WriteHeader(http.StatusTooManyRequests)
	case tags == "":
		fmt.Fprint(w, h.recent)
	default:
		fmt.Fprint(w, h.single[strings.TrimPrefix(tags, "/")])
	}
}

// requests are those to the API since the last time; the registry's count alone matters.
func (h *dockerHub) requests() (api []string, registry int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, request := range h.asked {
		if what, ok := strings.CutPrefix(request, "GET "+hubHost+"/v2/namespaces/library/repositories/app/tags"); ok {
			api = append(api, what)
		} else {
			registry++
		}
	}
	h.asked = nil
	return api, registry
}

func ago(days int) string {
	return time.Now().Add(-time.Duration(days) * 24 * time.Hour).UTC().Format(time.RFC3339)
}

func pushed(tag string, days int) string {
	return fmt.Sprintf(`{"name":%q,"tag_last_pushed":%q,"last_updated":%[2]q,"digest":"sha256:%064[3]d"}`, tag, ago(days), days)
}

// One page of the API tells all dates that a cool-down needs; the list itself comes from
// the registry.
func TestHubMinAge(t *testing.T) {
	h := startHub(t)
	h.list = `{"tags":["1.0.0","1.1.0","1.2.0","1.3.0"]}`
	h.recent = `{"results":[` + pushed("1.3.0", 1) + `,` + pushed("1.2.0", 3) + `,` + pushed("1.1.0", 30) + `]}`
	c := newClient(Options{Anonymous: true, CacheDir: t.TempDir()}, h)
	for range 2 {
		check := c.Check(t.Context(), "app:1.0.0", CheckOptions{MinAge: 7 * 24 * time.Hour})
		if check.Verdict.Newest != "1.1.0" || check.Err != nil {
			t.Errorf("%+v", check)
		}
	}
	if api, registry := h.requests(); !slices.Equal(api, []string{"?page_size=100&ordering=last_updated"}) || registry != 3 { // greeting, token, list
		t.Errorf("asked the API %q, and the registry %d times", api, registry)
	}
	if check := c.Check(t.Context(), "app:1.0.0", CheckOptions{}); check.Verdict.Newest != "1.3.0" {
		t.Errorf("without a cool-down: %+v", check)
	}
	if api, registry := h.requests(); len(api)+registry > 0 {
		t.Errorf("asked again: %q, %d", api, registry)
	}
}

// A tag that is older than the page is asked about alone.
func TestHubOldTag(t *testing.T) {
	h := startHub(t)
	h.list = `{"tags":["1.0.0","1.1.0"]}`
	h.recent = `{"results":[` + pushed("latest", 1) + `]}`
	h.single["1.1.0"] = pushed("1.1.0", 300)
	c := newClient(Options{Anonymous: true}, h)
	check := c.Check(t.Context(), "app:1.0.0", CheckOptions{MinAge: 7 * 24 * time.Hour})
	if api, _ := h.requests(); check.Verdict.Newest != "1.1.0" || check.Err != nil || !slices.Equal(api, []string{"?page_size=100&ordering=last_updated", "/1.1.0"}) {
		t.Errorf("%+v, asked %q", check, api)
	}
}

// Where the API has enough, the dates are unknown, and nothing is proposed that might be
// too young; the registry itself is asked on.
func TestHubLimit(t *testing.T) {
	h := startHub(t)
	h.list, h.limit = `{"tags":["1.0.0","1.1.0"]}`, true
	c := newClient(Options{Anonymous: true}, h)
	for range 3 {
		check := c.Check(t.Context(), "app:1.0.0", CheckOptions{MinAge: time.Hour})
		if check.Verdict.Step != Unknown || check.Verdict.Newest != "" || !errors.Is(check.Err, ErrLimited) || !strings.Contains(check.Verdict.Reason, hubHost) {
			t.Errorf("%+v", check)
		}
	}
	if check := c.Check(t.Context(), "app:1.0.0", CheckOptions{}); check.Verdict.Newest != "1.1.0" {
		t.Errorf("without a cool-down: %+v", check)
	}
	if api, _ := h.requests(); len(api) != 1 {
		t.Errorf("asked the API %q", api)
	}
}

// What the API answers is no more believed than what a registry does.
func TestHubJunk(t *testing.T) {
	for _, answer := range []string{"", "<html>", "null", `{"results":{}}`, `{"results":[{"name":"1.1.0","tag_last_pushed":"soon"}]}`, `{"name":"2.0.0"}`, "\x1b[31m"} {
		h := startHub(t)
		h.list, h.recent, h.single["1.1.0"] = `{"tags":["1.0.0","1.1.0"]}`, answer, answer
		c := newClient(Options{Anonymous: true}, h)
		check := c.Check(t.Context(), "app:1.0.0", CheckOptions{MinAge: time.Hour})
		if check.Verdict.Newest != "" || check.Verdict.Step == NoStep || strings.ContainsRune(check.Verdict.Reason, '\x1b') {
			t.Errorf("%q: %+v", answer, check)
		}
	}
}
