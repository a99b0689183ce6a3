package web_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coopcloud.tech/catalogue/internal/index/publish/publishtest"
	"coopcloud.tech/catalogue/internal/index/web"
)

// serve serves dir until the test ends.
func serve(t testing.TB, dir string, log *slog.Logger) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(web.New(web.Options{Dir: dir, Log: log}))
	t.Cleanup(server.Close)
	return server
}

// answer is a response with its body.
type answer struct {
	*http.Response
	body string
}

// ask sends a request, its headers given as "Name: value". Nothing is added to
// it: no Accept-Encoding, no redirect followed.
func ask(t testing.TB, method, url string, headers ...string) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		request.Header.Add(name, value)
	}
	transport := &http.Transport{DisableCompression: true}
	defer transport.CloseIdleConnections()
	response, err := transport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response, string(body)}
}

func get(t testing.TB, url string, headers ...string) answer {
	t.Helper()
	return ask(t, http.MethodGet, url, headers...)
}

// asset finds the style sheet's address.
func asset(t *testing.T, site string) string {
	t.Helper()
	_, rest, _ := strings.Cut(get(t, site+"/").body, `rel="stylesheet" href="`)
	path, _, _ := strings.Cut(rest, `"`)
	return "/" + path
}

func TestServesWhatIsPublished(t *testing.T) {
	dir := published(t, publishtest.Sample())
	site := serve(t, dir, nil).URL
	for path, want := range map[string]struct{ file, kind, cache string }{
		"/":                      {"index.html", "text/html; charset=utf-8", "public, no-cache"},
		"/gitea":                 {"gitea/index.html", "text/html; charset=utf-8", "public, no-cache"},
		"/gitea/":                {"gitea/index.html", "text/html; charset=utf-8", "public, no-cache"},
		"/recipes.json":          {"recipes.json", "application/json", "public, max-age=60"},
		"/v2/index.json":         {"v2/index.json", "application/json", "public, max-age=60"},
		"/v2/recipes/gitea.json": {"v2/recipes/gitea.json", "application/json", "public, max-age=60"},
		"/v2/schema/recipe.json": {"v2/schema/recipe.json", "application/json", "public, max-age=60"},
		asset(t, site):           {asset(t, site)[1:], "text/css; charset=utf-8", "public, max-age=31536000, immutable"},
	} {
		file, err := os.ReadFile(filepath.Join(dir, want.file))
		if err != nil {
			t.Fatal(err)
		}
		got := get(t, site+path)
		if got.StatusCode != http.StatusOK || got.body != string(file) {
			t.Errorf("%s: %s, %d bytes, want %d", path, got.Status, len(got.body), len(file))
		}
		if got.Header.Get("Content-Type") != want.kind || got.Header.Get("Cache-Control") != want.cache {
			t.Errorf("%s: %s, %s", path, got.Header.Get("Content-Type"), got.Header.Get("Cache-Control"))
		}
		head := ask(t, http.MethodHead, site+path)
		if head.StatusCode != http.StatusOK || head.body != "" || head.ContentLength != int64(len(file)) || head.Header.Get("ETag") != got.Header.Get("ETag") {
			t.Errorf("HEAD %s: %s, length %d, ETag %s", path, head.Status, head.ContentLength, head.Header.Get("ETag"))
		}
	}
}

func TestServesNothingElse(t *testing.T) {
	dir, outside := published(t, publishtest.Sample()), t.TempDir()
	secret := filepath.Join(outside, "secret.json")
	for path, text := range map[string]string{
		secret: "secret", filepath.Join(dir, ".env"): "secret", filepath.Join(dir, "v2", ".publish-X"): "secret",
		filepath.Join(dir, "catalogue.db"): "secret", filepath.Join(outside, "index.html"): "secret",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, target := range map[string]string{"v2/link.json": secret, "linked": outside, "v2/up": "../..", "v2/loop": "loop"} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	site := serve(t, dir, nil).URL
	for _, path := range []string{
		"/.env", "/v2/.publish-X", "/catalogue.db", "/v2/link.json", "/linked", "/linked/", "/v2/up/secret.json", "/v2/loop",
		"/v2", "/v2/", "/v2/recipes", "/v2/recipes/", "/static", "/static/", "/index.html", "/gitea/index.html", "/404.html",
		"/..", "/../etc/passwd", "/v2/../recipes.json", "/v2/../../etc/passwd", "/v2//index.json", "/v2/./index.json", "/%2e%2e/x",
		"/v2/%2e%2e/recipes.json", "/v2/..%2frecipes.json", "/v2/%00", "/%00", "/" + strings.Repeat("a", 5000), "/gitea/x", "/no/such/page",
		"/v2/index.json/", "/v2/index.json/x", "/nothing", "/\x7f", "/v2/..\\recipes.json",
	} {
		got := rawGet(t, site, path)
		if got.StatusCode != http.StatusNotFound && got.StatusCode != http.StatusBadRequest || strings.Contains(got.body, "secret") {
			t.Errorf("%.60q: %s\n%.200s", path, got.Status, got.body)
		}
	}
}

// rawGet sends a path as it is; net/http's client would tidy it up.
func rawGet(t *testing.T, site, path string) answer {
	t.Helper()
	connection, err := net.Dial("tcp", strings.TrimPrefix(site, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	if _, err := io.WriteString(connection, "GET "+path+" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(connection)
	if err != nil {
		t.Fatal(err)
	}
	status, body, _ := strings.Cut(string(data), "\r\n")
	code := 0
	if fields := strings.Fields(status); len(fields) > 1 {
		for _, digit := range fields[1] {
			code = code*10 + int(digit-'0')
		}
	}
	return answer{&http.Response{Status: status, StatusCode: code}, body}
}

func TestNotFoundForPeopleAndPrograms(t *testing.T) {
	site := serve(t, published(t, publishtest.Sample()), nil).URL
	page := get(t, site+"/nothing", "Accept: text/html,*/*")
	if page.StatusCode != http.StatusNotFound || !strings.Contains(page.body, "There is no such page") || page.Header.Get("ETag") != "" {
		t.Errorf("page: %s, ETag %q\n%s", page.Status, page.Header.Get("ETag"), page.body)
	}
	for _, data := range []answer{
		get(t, site+"/v2/recipes/nothing.json", "Accept: text/html,*/*"), get(t, site+"/nothing"), get(t, site+"/a/b/c", "Accept: application/json"),
	} {
		var reply struct{ Error string }
		if err := json.Unmarshal([]byte(data.body), &reply); err != nil || reply.Error == "" || data.StatusCode != http.StatusNotFound {
			t.Errorf("data: %s, %v\n%s", data.Status, err, data.body)
		}
	}
	post := ask(t, http.MethodPost, site+"/recipes.json")
	if post.StatusCode != http.StatusMethodNotAllowed || !strings.Contains(post.Header.Get("Allow"), "GET") {
		t.Errorf("POST: %s, Allow %q", post.Status, post.Header.Get("Allow"))
	}
}

func TestHeaders(t *testing.T) {
	site := serve(t, published(t, publishtest.Sample()), nil).URL
	for _, path := range []string{"/", "/gitea", "/recipes.json", "/nothing", "/healthz"} {
		h := get(t, site+path).Header
		if !strings.HasPrefix(h.Get("Content-Security-Policy"), "default-src 'none'") || strings.Contains(h.Get("Content-Security-Policy"), "unsafe") ||
			h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: %v", path, h)
		}
		if allowed := h.Get("Access-Control-Allow-Origin") == "*"; allowed != (path == "/recipes.json") {
			t.Errorf("%s: open to other origins is %v", path, allowed)
		}
	}
	preflight := ask(t, http.MethodOptions, site+"/v2/index.json", "Origin: https://example.org", "Access-Control-Request-Headers: if-none-match")
	if preflight.StatusCode != http.StatusNoContent || preflight.Header.Get("Access-Control-Allow-Headers") != "If-None-Match" {
		t.Errorf("preflight: %s %v", preflight.Status, preflight.Header)
	}
}
