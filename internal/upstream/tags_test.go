package upstream_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"coopcloud.tech/catalogue/internal/upstream"
	"coopcloud.tech/catalogue/internal/upstream/upstreamtest"
)

func names(l upstream.Listing) []string {
	found := []string{}
	for _, tag := range l.Tags {
		found = append(found, tag.Name)
	}
	return found
}

// One request lists a repository, whichever of its tags is asked about, and one greeting
// does for all repositories.
func TestTags(t *testing.T) {
	greetings := atomic.Int32{}
	r := upstreamtest.StartBehind(func(images http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if req.URL.Path == "/v2/" && strings.Contains(req.UserAgent(), "tested") {
				greetings.Add(1)
			}
			images.ServeHTTP(w, req)
		})
	})
	t.Cleanup(r.Close)
	for _, image := range []string{"team/app:1.0", "team/app:1.1", "team/app:latest", "db:16"} {
		push(t, r, image, v1.Config{}, "linux/amd64")
	}
	c := client(r, upstream.Options{CacheDir: t.TempDir(), UserAgent: "tested"})
	for _, reference := range []string{"/team/app:1.0", "/team/app:latest", "/team/app", "/team/app:1.0@sha256:" + strings.Repeat("0", 64)} {
		listing, err := c.Tags(t.Context(), r.Host+reference)
		if err != nil || listing.Repository != r.Host+"/team/app" || !slices.Equal(names(listing), []string{"1.0", "1.1", "latest"}) || listing.CheckedAt.IsZero() {
			t.Errorf("%s: %+v, %v", reference, listing, err)
		}
	}
	if listing, err := c.Tags(t.Context(), r.Host+"/db:16"); err != nil || len(listing.Tags) != 1 {
		t.Errorf("%+v, %v", listing, err)
	}
	if asked := r.Asked(); !slices.Equal(asked, []string{"GET /v2/team/app/tags/list", "GET /v2/db/tags/list"}) || greetings.Load() != 1 {
		t.Errorf("asked %q and greeted %d times", asked, greetings.Load())
	}
}

// What several ask at once is asked once, with a cache and without, and also when it
// fails.
func TestTagsAtOnce(t *testing.T) {
	r := startRegistry(t)
	push(t, r, "app:1.0", v1.Config{}, "linux/amd64")
	for _, dir := range []string{"", t.TempDir()} {
		c := client(r, upstream.Options{CacheDir: dir})
		for _, repository := range []string{"/app", "/gone"} {
			for range 2 { // all at once, and again
				var group sync.WaitGroup
				for range 20 {
					group.Go(func() { _, _ = c.Tags(t.Context(), r.Host+repository) })
				}
				group.Wait()
			}
			if asked := r.Asked(); len(asked) != 1 {
				t.Errorf("cache %q: asked %q", dir, asked)
			}
		}
	}
}

func TestTagsExpire(t *testing.T) {
	r := startRegistry(t)
	push(t, r, "app:1.0", v1.Config{}, "linux/amd64")
	now := time.Now()
	dir := t.TempDir()
	c := client(r, upstream.Options{CacheDir: dir, Now: func() time.Time { return now }})
	for _, step := range []struct {
		later      time.Duration
		repository string
		asks       bool
	}{
		{0, "/app", true},
		{upstream.TagExpiry - time.Minute, "/app", false},
		{2 * time.Minute, "/app", true},
		{0, "/gone", true},
		{upstream.NotFoundExpiry - time.Minute, "/gone", false},
		{2 * time.Minute, "/gone", true},
	} {
		now = now.Add(step.later)
		_, _ = c.Tags(t.Context(), r.Host+step.repository)
		if asked := r.Asked(); len(asked) > 0 != step.asks {
			t.Errorf("%s after %s: asked %q", step.repository, step.later, asked)
		}
	}
	began := now
	offline := client(r, upstream.Options{CacheDir: dir, Offline: true, Now: func() time.Time { return began.Add(1000 * time.Hour) }})
	listing, err := offline.Tags(t.Context(), r.Host+"/app:1.0")
	if err != nil || len(listing.Tags) != 1 || began.Sub(listing.CheckedAt) > time.Hour*2 {
		t.Errorf("offline: %+v, %v", listing, err)
	}
	if _, err := offline.Tags(t.Context(), r.Host+"/gone:1.0"); !errors.Is(err, upstream.ErrNotFound) {
		t.Errorf("offline, missing: %v", err)
	}
	if _, err := offline.Tags(t.Context(), r.Host+"/other:1.0"); !errors.Is(err, upstream.ErrOffline) {
		t.Errorf("offline, not asked before: %v", err)
	}
	if asked := r.Asked(); len(asked) > 0 {
		t.Errorf("asked %q offline", asked)
	}
}

// many makes so many tags.
func many(n int) []string {
	tags := make([]string, n)
	for i := range tags {
		tags[i] = fmt.Sprintf("1.%06d", i)
	}
	return tags
}

// paging serves a list of tags in the way of one kind of registry.
type paging struct {
	most     int    // tags a page, 0 for as many as asked for
	refuse   int    // a larger n is a bad request, 0 for none
	isSilent bool   // no Link, as registries of the old specification
	isGitea  bool   // a Link behind the last tag, too
	host     string // of absolute Links
	kind     string // Content-Type
}

func (p paging) serve(tags []string) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		if hello(w, req) {
			return
		}
		query := req.URL.Query()
		n, _ := strconv.Atoi(query.Get("n"))
		if p.refuse > 0 && n > p.refuse {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"errors":[{"code":"PAGINATION_NUMBER_INVALID","message":"x"}]}`)
			return
		}
		if n == 0 || p.most > 0 && n > p.most {
			n = max(p.most, 100)
		}
		from, isThere := slices.BinarySearch(tags, query.Get("last"))
		if isThere {
			from++
		}
		some := tags[from:min(from+n, len(tags))]
		if from+n < len(tags) && !p.isSilent || p.isGitea && len(some) > 0 {
			w.Header().Set("Link", fmt.Sprintf(`<%s%s?last=%s&n=%d>; rel="next"`, p.host, req.URL.Path, some[len(some)-1], n))
		}
		w.Header().Set("Content-Type", p.kind)
		_ = json.NewEncoder(w).Encode(map[string]any{"name": "app", "tags": some})
	}
}

// Each kind of registry gives its whole list, with as few requests as it can.
func TestWholeLists(t *testing.T) {
	const n = 2500
	for name, c := range map[string]struct {
		paging
		tags, pages int
	}{
		"Docker Hub, GitLab":       {paging{kind: "application/json"}, n, 3},
		"GHCR, Quay: 100 a page":   {paging{most: 100, kind: "application/json; charset=utf-8"}, n, 25},
		"ECR: text, absolute":      {paging{refuse: 1000, kind: "text/plain; charset=utf-8", host: "http://{host}"}, n, 3},
		"a proxy that forgets TLS": {paging{kind: "application/json", host: "https://{host}"}, n, 3},
		"Gitea: a Link at the end": {paging{isGitea: true}, n, 4},
		"exactly one page":         {paging{kind: "application/json"}, 1000, 2}, // that it is whole has to be asked
		"no Link":                  {paging{isSilent: true, kind: "application/vnd.oci+json"}, n, 3},
		"n refused":                {paging{refuse: 100, kind: "application/json"}, 250, 4},
		"empty":                    {paging{kind: "application/json"}, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			var asked atomic.Int32
			var serve http.HandlerFunc
			host, _ := hostile(t, func(w http.ResponseWriter, req *http.Request) {
				if strings.HasSuffix(req.URL.Path, "/tags/list") {
					asked.Add(1)
				}
				serve(w, req)
			})
			c.host = strings.ReplaceAll(c.host, "{host}", host)
			serve = c.serve(many(c.tags))
			client := upstream.New(upstream.Options{Anonymous: true, Private: []string{host}})
			listing, err := client.Tags(t.Context(), host+"/app:1.0")
			if err != nil || !slices.Equal(names(listing), many(c.tags)) {
				t.Errorf("%d tags, %v", len(listing.Tags), err)
			}
			if asked.Load() != int32(c.pages) {
				t.Errorf("asked %d times, want %d", asked.Load(), c.pages)
			}
		})
	}
}

// A login is used for listings, too: one token does for the list and for what follows.
func TestTagsWithLogin(t *testing.T) {
	var tokens atomic.Int32
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("DOCKER_CONFIG", filepath.Join(home, ".docker"))
	r := upstreamtest.StartBehind(func(images http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			user, password, _ := req.BasicAuth()
			switch {
			case req.URL.Path == "/token" && user == "ada" && password == "s3cret":
				tokens.Add(1)
				fmt.Fprintf(w, `{"token":%q}`, req.URL.Query().Get("scope"))
			case strings.Contains(req.UserAgent(), "tested") && req.Header.Get("Authorization") != "Bearer repository:app:pull":
				w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Bearer realm="http://%s/token",service="s"`, req.Host))
				w.WriteHeader(http.StatusUnauthorized)
			default:
				images.ServeHTTP(w, req)
			}
		})
	})
	t.Cleanup(r.Close)
	push(t, r, "app:1.0", v1.Config{}, "linux/amd64")
	list := func() error {
		c := upstream.New(upstream.Options{Private: []string{r.Host}, UserAgent: "tested"})
		_, err := c.Tags(t.Context(), r.Host+"/app")
		if err == nil {
			_, err = c.Image(t.Context(), r.Host+"/app:1.0")
		}
		return err
	}
	if err := list(); !errors.Is(err, upstream.ErrDenied) {
		t.Errorf("without credentials: %v", err)
	}
	login(t, home, r.Host, "basic")
	if err := list(); err != nil || tokens.Load() != 1 {
		t.Errorf("from the file: %v, %d tokens", err, tokens.Load())
	}
	config := filepath.Join(home, ".docker", "config.json")
	helper := filepath.Join(home, "docker-credential-tested")
	t.Setenv("PATH", home+":"+os.Getenv("PATH"))
	if err := errors.Join(
		os.WriteFile(config, fmt.Appendf(nil, `{"credHelpers":{%q:"tested"}}`, r.Host), 0o600),
		os.WriteFile(helper, []byte("#!/bin/sh\necho '{\"Username\":\"ada\",\"Secret\":\"s3cret\"}'\n"), 0o700),
	); err != nil {
		t.Fatal(err)
	}
	if err := list(); err != nil || tokens.Load() != 2 {
		t.Errorf("from a helper: %v, %d tokens", err, tokens.Load())
	}
}
