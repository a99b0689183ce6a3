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

const onePage = "?page_size=100&ordering=last_updated"

// moreThan is the API's answer where it has more tags than these.
func moreThan(results ...string) string {
	return `{"count":1000,"results":[` + strings.Join(results, ",") + `]}`
}

// A higher version that was given up long before the current line began is none to go
// to. Mostly the page of what was pushed last proves it; else single tags do.
func TestHubRetiredScheme(t *testing.T) {
	for _, c := range []struct {
		name    string
		oldest  int // days since the last of the page was pushed
		api     []string
		retired []int // days since they were pushed
	}{
		{"by the page", 300, []string{onePage}, nil},
		{"by its own date", 210, []string{onePage, "/1.8.1259"}, []int{900}},
	} {
		h := startHub(t)
		h.list = `{"tags":["1.3.0","1.3.1","1.3.2","1.8.1259"]}`
		h.recent = moreThan(pushed("1.3.2", 1), pushed("1.3.1", 100), pushed("1.3.0", 200), pushed("other", c.oldest))
		for _, days := range c.retired {
			h.single["1.8.1259"] = pushed("1.8.1259", days)
		}
		client := newClient(Options{Anonymous: true}, h)
		check := client.Check(t.Context(), "app:1.3.1", CheckOptions{})
		if api, _ := h.requests(); check.Verdict.Newest != "1.3.2" || check.Err != nil || !slices.Equal(api, c.api) {
			t.Errorf("%s: asked %q: %+v", c.name, api, check)
		}
	}
}

// A current tag that the registry does not list has no date to ask for.
func TestHubUnlisted(t *testing.T) {
	h := startHub(t)
	h.list = `{"tags":["1.3.0","1.3.1","1.8.0","1.8.1"]}`
	h.recent = moreThan(pushed("1.3.1", 1), pushed("1.3.0", 2), pushed("other", 3))
	h.single["1.8.0"], h.single["1.8.1"] = pushed("1.8.0", 900), pushed("1.8.1", 901)
	check := newClient(Options{Anonymous: true}, h).Check(t.Context(), "app:1.2.0", CheckOptions{})
	if api, _ := h.requests(); check.Verdict.Step != Minor || check.Err != nil || len(api) > 4 {
		t.Errorf("asked %q: %+v", api, check)
	}
}

// The current tag and lower counters are older than the page, in the order that they
// should have: that the current one's date is known does not make them younger.
func TestHubBoundIsNoDate(t *testing.T) {
	h := startHub(t)
	h.list = `{"tags":["1.3.0-ls0","1.3.0-ls1","1.3.0-ls2","1.3.1-ls3","1.8.0-ls1"]}`
	h.recent = moreThan(pushed("1.3.1-ls3", 1), pushed("other", 10))
	h.single["1.8.0-ls1"], h.single["1.3.0-ls2"], h.single["1.3.0-ls0"] = pushed("1.8.0-ls1", 900), pushed("1.3.0-ls2", 500), pushed("1.3.0-ls0", 510)
	check := newClient(Options{Anonymous: true}, h).Check(t.Context(), "app:1.3.0-ls2", CheckOptions{})
	if check.Verdict.Newest != "1.3.1-ls3" || len(check.Verdict.Held) > 0 || check.Err != nil {
		t.Errorf("%+v", check)
	}
}

// Of a scheme with many tags not each one is asked about: the rest is held.
func TestHubRetiredSchemeOfMany(t *testing.T) {
	h := startHub(t)
	tags := []string{`"1.3.0"`, `"1.3.1"`}
	for i := range 50 {
		tag := fmt.Sprintf("1.8.%d", 1200+i)
		tags = append(tags, fmt.Sprintf("%q", tag))
		h.single[tag] = pushed(tag, 900)
	}
	h.list = `{"tags":[` + strings.Join(tags, ",") + `]}`
	h.recent = moreThan(pushed("1.3.1", 1), pushed("1.3.0", 2), pushed("other", 3))
	check := newClient(Options{Anonymous: true}, h).Check(t.Context(), "app:1.3.0", CheckOptions{})
	if api, _ := h.requests(); check.Verdict.Step != Hold || check.Verdict.Newest != "" || len(check.Verdict.Held) != 1 || len(api) > 1+maxLooks {
		t.Errorf("asked %d times: %+v", len(api), check)
	}
}

// A counter that began again shows in the dates alone.
func TestHubCounterReset(t *testing.T) {
	h := startHub(t)
	h.list = `{"tags":["v1.0.20200827-ls43","v1.0.20200827-ls2"]}`
	h.recent = `{"count":2,"results":[` + pushed("v1.0.20200827-ls2", 1) + `,` + pushed("v1.0.20200827-ls43", 20) + `]}`
	check := newClient(Options{Anonymous: true}, h).Check(t.Context(), "app:v1.0.20200827-ls43", CheckOptions{})
	if api, _ := h.requests(); check.Verdict.Step != Hold || check.Err != nil || len(api) != 1 {
		t.Errorf("asked %q: %+v", api, check)
	}
}

// Where nothing is newer and no counter can have begun again, the API is left alone.
func TestHubIsLeftAlone(t *testing.T) {
	h := startHub(t)
	h.list = `{"tags":["1.0.0","1.1.0","1.1.1-ls7","latest"]}`
	c := newClient(Options{Anonymous: true}, h)
	for _, reference := range []string{"app:1.1.0", "app:latest", "app:1.1.1-ls7"} {
		_ = c.Check(t.Context(), reference, CheckOptions{})
	}
	if api, _ := h.requests(); len(api) > 0 {
		t.Errorf("asked %q", api)
	}
}

// Offline, dates that were asked before count; no others are asked.
func TestHubOffline(t *testing.T) {
	h := startHub(t)
	h.list = `{"tags":["1.0.0","1.1.0"]}`
	h.recent = `{"count":1,"results":[` + pushed("1.1.0", 30) + `]}`
	dir := t.TempDir()
	o := CheckOptions{MinAge: 7 * 24 * time.Hour}
	_ = newClient(Options{Anonymous: true, CacheDir: dir}, h).Check(t.Context(), "app:1.0.0", o)
	h.requests()
	later := func() time.Time { return time.Now().Add(1000 * time.Hour) }
	check := newClient(Options{Anonymous: true, CacheDir: dir, Offline: true, Now: later}, h).Check(t.Context(), "app:1.0.0", o)
	if api, registry := h.requests(); check.Verdict.Newest != "1.1.0" || check.Err != nil || len(api)+registry > 0 {
		t.Errorf("asked %q and %d: %+v", api, registry, check)
	}
}
