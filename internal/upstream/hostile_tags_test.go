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

// listOf is a server that greets as a registry does and answers lists as the handler
// likes; asked counts its requests for lists.
func listOf(t *testing.T, handler http.HandlerFunc) (host string, asked *atomic.Int32) {
	t.Helper()
	asked = &atomic.Int32{}
	host, _ = hostile(t, func(w http.ResponseWriter, req *http.Request) {
		if hello(w, req) {
			return
		}
		asked.Add(1)
		w.Header().Set("Content-Type", "application/json")
		handler(w, req)
	})
	return host, asked
}

// tagsOf lists APP at the host within ten seconds.
func tagsOf(t *testing.T, host string) (upstream.Listing, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	return upstream.New(upstream.Options{Anonymous: true, Private: []string{host}}).Tags(ctx, host+"/app:1.0")
}

// patience tells what is bounded, on a machine that is at work, from what hangs.
const patience = 30 * time.Second

func TestListsThatAreNotWhole(t *testing.T) {
	page := 0
	link := func(w http.ResponseWriter, to string) { w.Header().Set("Link", "<"+to+`>; rel="next"`) }
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		most   int32 // requests
		says   string
	}{
		"half a page": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, `{"tags":["1.0","2.0"]}`)
		}, 1, "ends early"},
		"half a chunk": {func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `{"tags":["1.0"`)
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}, 1, "ends early"},
		"half of the text": {text(`{"tags":["1.0","2.0`), 1, "no whole JSON"},
		"more than a page": {text(`{"tags":["1.0"]}{"tags":["2.0"]}`), 1, "no whole JSON"},
		"no list":          {text(`{"name":"app"}`), 1, "no list of tags"},
		"errors, in good":  {text(`{"errors":[{"code":"UNKNOWN"}]}`), 1, "no list of tags"},
		"numbers":          {text(`{"tags":[1,2]}`), 1, "no list of tags"},
		"a path":           {text(`{"tags":["../../etc"]}`), 1, "which is no tag"},
		"control":          {text(`{"tags":["\u001b[31m"]}`), 1, "which is no tag"},
		"nothing":          {text(``), 1, "no whole JSON"},
		"html": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, `{"tags":["1.0"]}`)
		}, 1, `type "text/html"`},
		"an image": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "image/png")
			fmt.Fprint(w, `{"tags":["1.0"]}`)
		}, 1, `type "image/png"`},
		"a tag of 10 MB": {text(`{"tags":["` + strings.Repeat("a", 10<<20) + `"]}`), 1, "more than"},
		"a tag of 1 MB":  {text(`{"tags":["` + strings.Repeat("a", 1<<20) + `"]}`), 1, "which is no tag"},
		"a next page elsewhere": {func(w http.ResponseWriter, _ *http.Request) {
			link(w, "https://169.254.169.254/v2/app/tags/list")
			fmt.Fprint(w, `{"tags":["1.0"]}`)
		}, 1, "on another host"},
		"a next page with a password": {func(w http.ResponseWriter, req *http.Request) {
			link(w, "http://ada:s3cret@"+req.Host+"/v2/app/tags/list")
			fmt.Fprint(w, `{"tags":["1.0"]}`)
		}, 1, "on another host"},
		"a link to nowhere": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Link", "soon")
			fmt.Fprint(w, `{"tags":["1.0"]}`)
		}, 1, "Link header"},
		"a link with a comma": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Link", `</v2/app/tags/list?2>; title="a, b"; rel="next"`)
			fmt.Fprint(w, `{"tags":["1.0"]}`)
		}, 1, "Link header"},
		"the same page again": {func(w http.ResponseWriter, req *http.Request) {
			link(w, req.URL.String())
			fmt.Fprint(w, `{"tags":["1.0"]}`)
		}, 1, "in a circle"},
		"the same tags again": {func(w http.ResponseWriter, _ *http.Request) {
			page++
			link(w, fmt.Sprintf("/v2/app/tags/list?page=%d", page))
			fmt.Fprint(w, `{"tags":["1.0"]}`)
		}, 2, "repeat each other"},
		"endless thin pages": {func(w http.ResponseWriter, _ *http.Request) {
			page++
			link(w, fmt.Sprintf("/v2/app/tags/list?page=%d", page))
			fmt.Fprintf(w, `{"tags":["1.%d"]}`, page)
		}, 21, "there are more"},
		"endless empty pages": {func(w http.ResponseWriter, _ *http.Request) {
			page++
			link(w, fmt.Sprintf("/v2/app/tags/list?page=%d", page))
			fmt.Fprint(w, `{"tags":[]}`)
		}, 21, "there are more"},
		"endless full pages": {func(w http.ResponseWriter, _ *http.Request) {
			page++
			link(w, fmt.Sprintf("/v2/app/tags/list?page=%d", page))
			fmt.Fprintf(w, `{"tags":["%d.%s"]}`, page, strings.Join(many(1000), fmt.Sprintf(`","%d.`, page)))
		}, 101, "more than 100000 tags"},
		"endless long pages": {func(w http.ResponseWriter, _ *http.Request) {
			page++
			link(w, fmt.Sprintf("/v2/app/tags/list?page=%d", page))
			fmt.Fprintf(w, `{"junk":%q,"tags":["%d.%s"]}`, strings.Repeat("j", 5<<20), page, strings.Join(many(1000), fmt.Sprintf(`","%d.`, page)))
		}, 4, "longer than 16 MiB"},
		"limited at the second page": {func(w http.ResponseWriter, req *http.Request) {
			if req.URL.RawQuery == "2" {
				w.Header().Set("Retry-After", "7200")
				w.WriteHeader(http.StatusTooManyRequests)
				return
			}
			link(w, "/v2/app/tags/list?2")
			fmt.Fprint(w, `{"tags":["1.0"]}`)
		}, 2, "too many requests; to be asked again in 2h"},
		"gone at the second page": {func(w http.ResponseWriter, req *http.Request) {
			if req.URL.RawQuery == "2" {
				panic(http.ErrAbortHandler)
			}
			link(w, "/v2/app/tags/list?2")
			fmt.Fprint(w, `{"tags":["1.0"]}`)
		}, 3, "after 1 tags"}, // net/http tries again on a connection of its own
	} {
		t.Run(name, func(t *testing.T) {
			page = 0
			start := time.Now()
			host, asked := listOf(t, c.answer)
			listing, err := tagsOf(t, host)
			unasked(t, err)
			if !errors.Is(err, upstream.ErrPartial) || len(listing.Tags) > 0 || !strings.Contains(fmt.Sprint(err), c.says) {
				t.Errorf("%d tags, %v", len(listing.Tags), err)
			}
			if took := time.Since(start); asked.Load() > c.most || took > patience {
				t.Errorf("asked %d times in %s", asked.Load(), took)
			}
		})
	}
}

func text(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }
}

// Junk as fast as it comes ends at the bound of a page.
func TestListOfJunk(t *testing.T) {
	start := time.Now()
	host, asked := listOf(t, endlessHello)
	_, err := tagsOf(t, host)
	if unasked(t, err); asked.Load() > 1 || time.Since(start) > patience {
		t.Errorf("asked %d times in %s: %v", asked.Load(), time.Since(start), err)
	}
}

// A server that drips is waited for no longer than the context allows, and a server that
// refuses is not asked again and again.
func TestListsThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		most   int32
		want   error
	}{
		"429 for hours": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "7200")
			w.WriteHeader(http.StatusTooManyRequests)
		}, 1, upstream.ErrLimited},
		"401": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }, 1, upstream.ErrDenied},
		"403": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }, 1, upstream.ErrDenied},
		"404 of a registry": {func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, `{"errors":[{"code":"NAME_UNKNOWN"}]}`)
		}, 1, upstream.ErrNotFound},
		"404 of a site":      {http.NotFound, 1, nil},
		"500":                {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }, 1, nil},
		"400, whatever n is": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadRequest) }, 2, nil},
	} {
		t.Run(name, func(t *testing.T) {
			host, asked := listOf(t, c.answer)
			client := upstream.New(upstream.Options{Anonymous: true, Private: []string{host}})
			for range 3 {
				listing, err := client.Tags(t.Context(), host+"/app:1.0")
				if err == nil || c.want != nil && !errors.Is(err, c.want) || c.want == nil && errors.Is(err, upstream.ErrNotFound) || len(listing.Tags) > 0 {
					t.Errorf("%v", err)
				}
			}
			if asked.Load() > c.most {
				t.Errorf("asked %d times", asked.Load())
			}
		})
	}
}

// A host that answers a listing with 429 is asked for nothing else either, and so is one
// whose quota a listing has spent.
func TestListingSpendsTheQuota(t *testing.T) {
	for _, header := range []string{"RateLimit-Remaining", "X-RateLimit-Remaining"} {
		host, asked := listOf(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set(header, "0")
			fmt.Fprint(w, `{"tags":["1.0"]}`)
		})
		client := upstream.New(upstream.Options{Anonymous: true, Private: []string{host}})
		if _, err := client.Tags(t.Context(), host+"/app"); err != nil {
			t.Errorf("%s: the last answer: %v", header, err)
		}
		if _, err := client.Tags(t.Context(), host+"/other"); !errors.Is(err, upstream.ErrLimited) {
			t.Errorf("%s: another list: %v", header, err)
		}
		if _, err := client.Image(t.Context(), host+"/app:1.0"); !errors.Is(err, upstream.ErrLimited) || asked.Load() != 1 {
			t.Errorf("%s: an image: %v, asked %d times", header, err, asked.Load())
		}
	}
}

func TestListingWaitsAsTold(t *testing.T) {
	start := time.Now()
	var host string
	host, asked := listOf(t, func(w http.ResponseWriter, _ *http.Request) {
		if time.Since(start) < time.Second {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		fmt.Fprint(w, `{"tags":["1.0"]}`)
	})
	if _, err := tagsOf(t, host); err != nil || asked.Load() != 2 {
		t.Errorf("%v, asked %d times", err, asked.Load())
	}
}

// A login that never suffices ends after a few requests.
func TestListLoginLoop(t *testing.T) {
	var asked atomic.Int32
	host, _ := hostile(t, func(w http.ResponseWriter, req *http.Request) {
		asked.Add(1)
		if req.URL.Path == "/token" {
			fmt.Fprint(w, `{"token":"t"}`)
			return
		}
		w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Bearer realm="http://%s/token",service="s",scope="x%d"`, req.Host, asked.Load()))
		w.WriteHeader(http.StatusUnauthorized)
	})
	c := upstream.New(upstream.Options{Anonymous: true, Private: []string{host}})
	for range 3 {
		_, err := c.Tags(t.Context(), host+"/app:1.0")
		if unasked(t, err); !errors.Is(err, upstream.ErrDenied) || asked.Load() > 5 {
			t.Errorf("asked %d times: %v", asked.Load(), err)
		}
	}
}

// Other links than to a next page are none.
func TestListWithOtherLinks(t *testing.T) {
	host, asked := listOf(t, func(w http.ResponseWriter, req *http.Request) {
		w.Header().Add("Link", `</v2/app/tags/list?next_page=1>; rel="prev", </help>; rel=help`)
		if req.URL.RawQuery != "2" {
			w.Header().Add("Link", `</v2/app/tags/list?2>; REL=Next`)
			fmt.Fprint(w, `{"tags":["1.0"]}`)
			return
		}
		fmt.Fprint(w, `{"tags":["2.0"]}`)
	})
	listing, err := tagsOf(t, host)
	if err != nil || len(listing.Tags) != 2 || asked.Load() != 2 {
		t.Errorf("%v, %v, asked %d times", listing, err, asked.Load())
	}
}

// A token server that hangs costs what the asker's context allows, not more.
func TestHangingTokenServer(t *testing.T) {
	end := make(chan struct{})
	host, _ := hostile(t, func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Path == "/token" {
			<-end
			return
		}
		w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Bearer realm="http://%s/token"`, req.Host))
		w.WriteHeader(http.StatusUnauthorized)
	})
	defer close(end)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	c := upstream.New(upstream.Options{Anonymous: true, Private: []string{host}})
	start := time.Now()
	_, err := c.Tags(ctx, host+"/app:1.0")
	if unasked(t, err); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > patience {
		t.Errorf("%v after %s", err, time.Since(start))
	}
}

// Lists that a registry sends elsewhere are read there, without credentials, and their
// next pages are there, too.
func TestRedirectedList(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("DOCKER_CONFIG", home)
	leaked := make(chan string, 10)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		leaked <- req.Header.Get("Authorization")
		if req.URL.RawQuery == "2" {
			fmt.Fprint(w, `{"tags":["2.0"]}`)
			return
		}
		w.Header().Set("Link", `</v2/app/tags/list?2>; rel="next"`)
		fmt.Fprint(w, `{"tags":["1.0"]}`)
	}))
	t.Cleanup(elsewhere.Close)
	for _, kind := range []string{"basic", "bearer"} {
		registry := httptest.NewServer(thiefOf(elsewhere.URL, kind, http.StatusTemporaryRedirect))
		t.Cleanup(registry.Close)
		host := strings.TrimPrefix(registry.URL, "http://")
		login(t, home, host, kind)
		c := upstream.New(upstream.Options{Private: []string{host, strings.TrimPrefix(elsewhere.URL, "http://")}})
		listing, err := c.Tags(t.Context(), host+"/app:1.0")
		if err != nil || len(listing.Tags) != 2 {
			t.Errorf("%s: %v, %v", kind, listing, err)
		}
	}
	close(leaked)
	for credentials := range leaked {
		if credentials != "" {
			t.Errorf("leaked %q", credentials)
		}
	}
}
