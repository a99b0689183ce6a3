package upstream_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"coopcloud.tech/catalogue/internal/upstream"
)

const manifestType = "application/vnd.oci.image.manifest.v1+json"

// hostile is a server at a loopback address that answers as it likes, and the error
// that asking it for an image gives.
func hostile(t *testing.T, handler http.HandlerFunc) (host string, ask func() error) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	host = strings.TrimPrefix(server.URL, "http://")
	c := upstream.New(upstream.Options{Anonymous: true, Private: []string{host}})
	return host, func() error {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		image, err := c.Image(ctx, host+"/app:1.0")
		if err == nil {
			_, err = c.Platforms(ctx, image)
		}
		return err
	}
}

// unasked checks that the error is not taken for the registry's word on the image,
// is short, and holds nothing that a terminal obeys.
func unasked(t *testing.T, err error) {
	t.Helper()
	if err == nil || errors.Is(err, upstream.ErrNotFound) || len(err.Error()) > 700 || strings.ContainsAny(err.Error(), "\x1b\n") {
		t.Errorf("error %v", err)
	}
}

func TestRetryAfterIsKept(t *testing.T) {
	var asked atomic.Int32
	start := time.Now()
	_, ask := hostile(t, func(w http.ResponseWriter, req *http.Request) {
		if asked.Add(1) == 1 {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		w.WriteHeader(http.StatusForbidden)
	})
	if err := ask(); !errors.Is(err, upstream.ErrDenied) {
		t.Errorf("after the wait: %v", err)
	}
	if waited := time.Since(start); waited < time.Second || asked.Load() != 2 {
		t.Errorf("waited %s, asked %d times", waited, asked.Load())
	}
}

// A host that asks for hours, or for no time at all, is not asked again.
func TestLimitedHostIsLeftAlone(t *testing.T) {
	for _, after := range []string{"7200", "", "soon", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)} {
		var asked atomic.Int32
		_, ask := hostile(t, func(w http.ResponseWriter, req *http.Request) {
			asked.Add(1)
			w.Header().Set("Retry-After", after)
			w.WriteHeader(http.StatusTooManyRequests)
		})
		for range 3 {
			err := ask()
			if unasked(t, err); !errors.Is(err, upstream.ErrLimited) {
				t.Errorf("Retry-After %q: %v", after, err)
			}
		}
		if asked.Load() != 1 {
			t.Errorf("Retry-After %q: asked %d times", after, asked.Load())
		}
	}
}

// A registry whose quota is spent is asked no more; its last answer still counts.
func TestSpentQuota(t *testing.T) {
	soon := fmt.Sprint(time.Now().Add(90 * time.Second).Unix())
	for _, c := range []struct {
		name, remaining, reset string
		wait                   string // "" where it may be asked on
	}{
		{"docker hub", "0;w=21600", "", "6h0m0s"},
		{"seconds", "0", "120", "2m0s"},
		{"gitlab", "0", soon, "1m"},
		{"no time", "0", "", "1m0s"},
		{"for years", "0;w=999999999999", "", "24h0m0s"},
		{"some left", "1;w=21600", "", ""},
		{"junk", "none", "soon", ""},
	} {
		var asked atomic.Int32
		host, _ := hostile(t, func(w http.ResponseWriter, req *http.Request) {
			asked.Add(1)
			if hello(w, req) {
				return
			}
			w.Header().Set("RateLimit-Remaining", c.remaining)
			w.Header().Set("RateLimit-Reset", c.reset)
			manifest("sha256:"+strings.Repeat("0", 64), "{}", manifestType)(w, req)
		})
		client := upstream.New(upstream.Options{Anonymous: true, Private: []string{host}})
		if _, err := client.Image(t.Context(), host+"/app:1.0"); err != nil {
			t.Errorf("%s: the last answer: %v", c.name, err)
		}
		before := asked.Load()
		_, err := client.Image(t.Context(), host+"/app:2.0")
		if c.wait == "" {
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		if unasked(t, err); !errors.Is(err, upstream.ErrLimited) || !strings.Contains(err.Error(), "again in "+c.wait) || asked.Load() != before {
			t.Errorf("%s: asked %d times more: %v", c.name, asked.Load()-before, err)
		}
	}
}

func TestUnreachableHostIsLeftAlone(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	host := strings.TrimPrefix(server.URL, "http://")
	server.Close()
	c := upstream.New(upstream.Options{Anonymous: true, Private: []string{host}})
	for range 2 {
		_, err := c.Image(t.Context(), host+"/app:1.0")
		if unasked(t, err); !strings.Contains(err.Error(), "could not be reached") {
			t.Errorf("error %v", err)
		}
	}
}

func TestLoginLoop(t *testing.T) {
	var asked atomic.Int32
	_, ask := hostile(t, func(w http.ResponseWriter, req *http.Request) {
		asked.Add(1)
		if req.URL.Path == "/token" {
			fmt.Fprint(w, `{"token":"t"}`)
			return
		}
		w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Bearer realm="http://%s/token",service="s",scope="x%d"`, req.Host, asked.Load()))
		w.WriteHeader(http.StatusUnauthorized)
	})
	err := ask()
	if unasked(t, err); !errors.Is(err, upstream.ErrDenied) || asked.Load() > 10 {
		t.Errorf("asked %d times: %v", asked.Load(), err)
	}
}

// What a server may answer to anything; none of it is the registry's word that the
// image is missing.
func TestRedirectLoop(t *testing.T) {
	var asked atomic.Int32
	_, ask := hostile(t, func(w http.ResponseWriter, req *http.Request) {
		if !hello(w, req) {
			http.Redirect(w, req, fmt.Sprint(req.URL.Path, asked.Add(1)), http.StatusFound)
		}
	})
	if err := ask(); !errors.Is(err, upstream.ErrUnreachable) || asked.Load() > 30 {
		t.Errorf("after %d redirects: %v", asked.Load(), err)
	}
}

func TestJunk(t *testing.T) {
	junk := strings.Repeat("\x1b[31mjunk\n", 1000)
	answers := map[string]http.HandlerFunc{
		"html":            func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>welcome") },
		"404 of a site":   http.NotFound,
		"404 to a hello":  notFoundHello,
		"404 of a page":   notFoundPage,
		"500":             func(w http.ResponseWriter, _ *http.Request) { http.Error(w, junk, http.StatusInternalServerError) },
		"teapot":          func(w http.ResponseWriter, _ *http.Request) { http.Error(w, junk, http.StatusTeapot) },
		"bad digest":      manifest("sha256:zz", "{}", manifestType),
		"other digest":    manifest("sha256:"+strings.Repeat("0", 64), "{}", manifestType),
		"no digest, junk": manifest("", junk, manifestType),
		"wrong type":      manifest("sha256:"+strings.Repeat("0", 64), "{}", "application/json"),
		"endless":         endless,
		"endless hello":   endlessHello,
		"realm of a file": challenge(`Bearer realm="file:///etc/passwd"`),
		"realm elsewhere": challenge(`Bearer realm="https://169.254.169.254/token"`),
		"no realm":        challenge(`Bearer`),
		"strange scheme":  challenge("\x7f,,,=="),
		"hang up":         func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"redirect loop": func(w http.ResponseWriter, req *http.Request) {
			http.Redirect(w, req, req.URL.Path+"x", http.StatusFound)
		},
		"to metadata": func(w http.ResponseWriter, req *http.Request) {
			http.Redirect(w, req, "http://169.254.169.254/latest", http.StatusFound)
		},
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			_, ask := hostile(t, answer)
			unasked(t, ask())
			if took := time.Since(start); took > patience {
				t.Errorf("took %s", took)
			}
		})
	}
}

func hello(w http.ResponseWriter, req *http.Request) bool {
	if req.URL.Path == "/v2/" {
		w.WriteHeader(http.StatusOK)
		return true
	}
	return false
}

// notFoundHello denies /v2/ in a registry's words: it is no word on the image.
func notFoundHello(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusNotFound)
	fmt.Fprint(w, `{"errors":[{"code":"NAME_UNKNOWN","message":"x"}]}`)
}

// notFoundPage greets as a registry does and then says 404 as a web site does.
func notFoundPage(w http.ResponseWriter, req *http.Request) {
	if !hello(w, req) {
		http.NotFound(w, req)
	}
}

func manifest(digest, body, kind string) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		if hello(w, req) {
			return
		}
		w.Header().Set("Content-Type", kind)
		if digest != "" {
			w.Header().Set("Docker-Content-Digest", digest)
		}
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		if req.Method != http.MethodHead {
			_, _ = io.WriteString(w, body)
		}
	}
}

func challenge(header string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Www-Authenticate"] = []string{header}
		w.WriteHeader(http.StatusUnauthorized)
	}
}

func endless(w http.ResponseWriter, req *http.Request) {
	if !hello(w, req) {
		endlessHello(w, req)
	}
}

func endlessHello(w http.ResponseWriter, req *http.Request) {
	w.Header().Set("Content-Type", manifestType)
	if req.Method == http.MethodHead {
		return
	}
	block := []byte(strings.Repeat(" ", 1<<16))
	for {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}

// A recipe names the registry: none of these may be asked, whatever it names.
func TestPrivateAddresses(t *testing.T) {
	touched := false
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { touched = true }))
	t.Cleanup(server.Close)
	_, port, _ := strings.Cut(strings.TrimPrefix(server.URL, "http://"), ":")
	c := upstream.New(upstream.Options{Anonymous: true, Private: []string{"localhost:1"}})
	for _, registry := range []string{
		"127.0.0.1:" + port, "localhost:" + port, "[::1]:" + port, "app.localhost:" + port,
		"169.254.169.254", "10.0.0.1:5000", "192.168.1.1", "0.0.0.0:" + port, "[::ffff:127.0.0.1]:" + port, "[fd00:ec2::254]",
	} {
		_, err := c.Image(t.Context(), registry+"/app:1.0")
		if unasked(t, err); !errors.Is(err, upstream.ErrRefused) && !strings.HasPrefix(registry, "[") {
			t.Errorf("%s: %v", registry, err)
		}
	}
	if touched {
		t.Error("a server at a private address was asked")
	}
}

// Credentials for one host reach no other, whichever way it redirects.
func TestCredentialsStayHome(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("DOCKER_CONFIG", home)
	for _, code := range []int{http.StatusFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect} {
		for _, kind := range []string{"basic", "bearer", "identity"} {
			leaked := make(chan string, 100)
			thief := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
				body, _ := io.ReadAll(req.Body)
				leaked <- req.Header.Get("Authorization") + string(body)
				w.WriteHeader(http.StatusForbidden)
			}))
			t.Cleanup(thief.Close)
			// By name: the library itself refuses redirects to private IP literals.
			_, port, _ := strings.Cut(strings.TrimPrefix(thief.URL, "http://"), ":")
			elsewhere := "localhost:" + port
			registry := httptest.NewServer(thiefOf("http://"+elsewhere, kind, code))
			t.Cleanup(registry.Close)
			host := strings.TrimPrefix(registry.URL, "http://")
			login(t, home, host, kind)
			c := upstream.New(upstream.Options{Private: []string{host, elsewhere}})
			_, err := c.Image(t.Context(), host+"/app:1.0")
			unasked(t, err)
			close(leaked)
			for text := range leaked {
				if text != "" {
					t.Errorf("%s, %d: leaked %q", kind, code, text)
				}
			}
		}
	}
}
