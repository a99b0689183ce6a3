package upstream_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"coopcloud.tech/catalogue/internal/upstream"
	"coopcloud.tech/catalogue/internal/upstream/upstreamtest"
)

func pushAll(t *testing.T, r *upstreamtest.Registry, images ...string) {
	t.Helper()
	for _, image := range images {
		push(t, r, image, v1.Config{Labels: map[string]string{"of": image}}, "linux/amd64", "linux/arm64")
	}
	r.Asked()
}

// A verdict costs one listing, however many images of the repository are checked at
// once.
func TestCheckAsksForTheListAlone(t *testing.T) {
	r := startRegistry(t)
	pushAll(t, r, "app:1.0.0", "app:1.0.1", "app:2.0.0-rc1", "app:2.0.0", "app:latest")
	c := client(r, upstream.Options{CacheDir: t.TempDir()})
	var group sync.WaitGroup
	for tag, want := range map[string]upstream.Step{"1.0.0": upstream.Major, "1.0.1": upstream.Major, "2.0.0": upstream.NoStep, "latest": upstream.NoStep} {
		group.Go(func() {
			check := c.Check(t.Context(), r.Host+"/app:"+tag, upstream.CheckOptions{})
			if check.Verdict.Step != want || check.Err != nil || check.CheckedAt.IsZero() || check.Image.Digest != "" || len(check.Platforms) > 0 {
				t.Errorf("%s: %+v", tag, check)
			}
		})
	}
	group.Wait()
	if asked := r.Asked(); !slices.Equal(asked, []string{"GET /v2/app/tags/list"}) {
		t.Errorf("asked %q", asked)
	}
}

func TestCheckDetails(t *testing.T) {
	r := startRegistry(t)
	digest := push(t, r, "app:1.0.0", v1.Config{}, "linux/amd64", "linux/arm64")
	c := client(r, upstream.Options{CacheDir: t.TempDir()})
	for _, reference := range []string{"/app:1.0.0", "/app:1.0.0@" + digest, "/app@" + digest} {
		check := c.Check(t.Context(), r.Host+reference, upstream.CheckOptions{Details: true})
		if check.Image.Digest != digest || format(check.Platforms) != "[linux/amd64 linux/arm64]" || check.Err != nil {
			t.Errorf("%s: %+v", reference, check)
		}
	}
	check := c.Check(t.Context(), r.Host+"/app:0.9.0", upstream.CheckOptions{Details: true})
	if check.Image != (upstream.Image{}) || check.Verdict.Newest != "1.0.0" || check.Err != nil {
		t.Errorf("a tag that is gone: %+v", check)
	}
}

// The digest behind the same tag decides where no other tag is newer.
func TestCheckMovedDigest(t *testing.T) {
	r := startRegistry(t)
	digest := push(t, r, "app:16", v1.Config{}, "linux/amd64")
	pushAll(t, r, "app:latest", "app:15")
	other := "sha256:" + strings.Repeat("0", 64)
	for _, c := range []struct {
		reference, known string
		step             upstream.Step
		newest           string
		asks             bool
	}{
		{"/app:16", "", upstream.NoStep, "", false},
		{"/app:16", digest, upstream.NoStep, "", true},
		{"/app:16", other, upstream.Rebuild, "16", true},
		{"/app:16@" + other, "", upstream.Rebuild, "16", true},
		{"/app:16@" + digest, other, upstream.NoStep, "", true}, // what the reference says counts
		{"/app:latest", other, upstream.Rebuild, "latest", true},
		{"/app:15@" + other, "", upstream.Major, "16", true},
		{"/app:14@" + other, "", upstream.Major, "16", false}, // the tag is gone
		{"/app@" + digest, "", upstream.Unordered, "", false},
	} {
		client := client(r, upstream.Options{})
		check := client.Check(t.Context(), r.Host+c.reference, upstream.CheckOptions{Known: upstream.Image{Digest: c.known}})
		asked := slices.ContainsFunc(r.Asked(), func(request string) bool { return strings.HasPrefix(request, "HEAD ") })
		if check.Verdict.Step != c.step || check.Verdict.Newest != c.newest || asked != c.asks || check.Err != nil {
			t.Errorf("%s, known %.10s: asked for a digest: %t; %+v", c.reference, c.known, asked, check)
		}
	}
}

// Where the digest cannot be asked, a tag that may have moved is not up to date.
func TestCheckDigestUnknown(t *testing.T) {
	r := upstreamtest.StartBehind(func(images http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if req.Method == http.MethodHead && strings.HasSuffix(req.URL.Path, "/manifests/16") {
				w.WriteHeader(http.StatusForbidden)
				return
			}
			images.ServeHTTP(w, req)
		})
	})
	t.Cleanup(r.Close)
	pushAll(t, r, "app:16x")
	push(t, r, "app:16y", v1.Config{}, "linux/amd64")
	_, _ = r.Push("app:16", v1.Config{}, "linux/amd64")
	check := client(r, upstream.Options{}).Check(t.Context(), r.Host+"/app:16", upstream.CheckOptions{Known: upstream.Image{Digest: "sha256:" + strings.Repeat("0", 64)}})
	if check.Verdict.Step != upstream.Unknown || !errors.Is(check.Err, upstream.ErrDenied) || check.Verdict.Reason == "" {
		t.Errorf("%+v", check)
	}
}

// A short version that was moved to a pre-release is held: two HEADs tell
// (docker-library/postgres#662). Where the list has the release, nothing is asked.
func TestCheckPreReleaseBehindAVersion(t *testing.T) {
	r := startRegistry(t)
	pushAll(t, r, "db:12-alpine", "db:12.3-alpine", "db:13-beta1-alpine", "db:13-rc1-alpine")
	if _, err := r.Push("db:13-alpine", v1.Config{Labels: map[string]string{"of": "db:13-rc1-alpine"}}, "linux/amd64", "linux/arm64"); err != nil {
		t.Fatal(err)
	}
	check := client(r, upstream.Options{}).Check(t.Context(), r.Host+"/db:12-alpine", upstream.CheckOptions{})
	if check.Verdict.Step != upstream.Hold || !slices.Equal(check.Verdict.Held, []string{"13-alpine"}) || check.Err != nil {
		t.Errorf("%+v", check)
	}
	if asked := r.Asked(); !slices.Equal(asked, []string{"GET /v2/db/tags/list", "HEAD /v2/db/manifests/13-alpine", "HEAD /v2/db/manifests/13-rc1-alpine"}) {
		t.Errorf("asked %q", asked)
	}
	pushAll(t, r, "db:13.0-alpine")
	check = client(r, upstream.Options{}).Check(t.Context(), r.Host+"/db:12-alpine", upstream.CheckOptions{})
	if asked := r.Asked(); check.Verdict.Newest != "13-alpine" || len(asked) != 1 {
		t.Errorf("released: asked %q; %+v", asked, check)
	}
}

// Where no registry tells when a tag was pushed, the image says when it was built.
func TestCheckMinAge(t *testing.T) {
	r := startRegistry(t)
	now := time.Now()
	for image, age := range map[string]time.Duration{"app:1.0.0": 400 * day, "app:1.0.1": 300 * day, "app:1.1.0": 30 * day, "app:1.2.0": 3 * day, "app:2.0.0": day} {
		if _, err := r.PushBuilt(image, now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.PushBuilt("app:1.0.2", time.Unix(0, 0)); err != nil { // keeps builds reproducible
		t.Fatal(err)
	}
	c := client(r, upstream.Options{CacheDir: t.TempDir()})
	for age, want := range map[time.Duration]upstream.Steps{
		7 * day:   {Minor: "1.1.0", Patch: "1.0.1"},
		2 * day:   {Minor: "1.2.0", Patch: "1.0.1"},
		365 * day: {},
	} {
		check := c.Check(t.Context(), r.Host+"/app:1.0.0", upstream.CheckOptions{MinAge: age})
		wantStep := upstream.Minor
		if want == (upstream.Steps{}) {
			wantStep = upstream.Unknown // nobody knows how old 1.0.2 is
		}
		if check.Verdict.Steps != want || check.Verdict.Step != wantStep || check.Err != nil {
			t.Errorf("%s: %+v", age, check.Verdict)
		}
	}
	r.Asked()
	_ = c.Check(t.Context(), r.Host+"/app:1.0.0", upstream.CheckOptions{MinAge: 7 * day})
	if asked := r.Asked(); len(asked) > 0 {
		t.Errorf("asked again: %q", asked)
	}
}

// Who tags faster than a cool-down lasts is not asked for ever: what is left is unknown.
func TestCheckMinAgeOfMany(t *testing.T) {
	r := startRegistry(t)
	images := []string{"app:1.0.0"}
	for i := range 10 {
		images = append(images, fmt.Sprintf("app:1.0.%d", i+1), fmt.Sprintf("app:1.%d.0", i+1), fmt.Sprintf("app:%d.0.0", i+2))
	}
	for _, image := range images {
		if _, err := r.PushBuilt(image, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	check := client(r, upstream.Options{}).Check(t.Context(), r.Host+"/app:1.0.0", upstream.CheckOptions{MinAge: day})
	heads := slices.DeleteFunc(r.Asked(), func(request string) bool { return !strings.HasPrefix(request, "HEAD ") })
	if check.Verdict.Step != upstream.Unknown || !strings.Contains(check.Verdict.Reason, "how old") || len(heads) > 12 {
		t.Errorf("%d digests: %+v", len(heads), check.Verdict)
	}
}

func TestCheckOffline(t *testing.T) {
	r := startRegistry(t)
	pushAll(t, r, "app:1.0.0", "app:1.0.1")
	dir := t.TempDir()
	began := time.Now()
	_ = client(r, upstream.Options{CacheDir: dir}).Check(t.Context(), r.Host+"/app:1.0.0", upstream.CheckOptions{})
	r.Asked()
	offline := client(r, upstream.Options{CacheDir: dir, Offline: true, Now: func() time.Time { return began.Add(1000 * day) }})
	check := offline.Check(t.Context(), r.Host+"/app:1.0.0", upstream.CheckOptions{})
	if check.Verdict.Newest != "1.0.1" || check.Err != nil || check.CheckedAt.After(began.Add(day)) {
		t.Errorf("%+v", check)
	}
	check = offline.Check(t.Context(), r.Host+"/app:1.0.1", upstream.CheckOptions{Details: true})
	if check.Verdict.Step != upstream.NoStep || !errors.Is(check.Err, upstream.ErrOffline) {
		t.Errorf("details that were not asked before: %+v", check)
	}
	check = offline.Check(t.Context(), r.Host+"/other:1.0", upstream.CheckOptions{})
	if check.Verdict.Step != upstream.Unknown || !errors.Is(check.Err, upstream.ErrOffline) || len(r.Asked()) > 0 {
		t.Errorf("never asked: %+v", check)
	}
}

// What cannot be listed is unknown, and says why; that something is wrong with the words
// of a reference is said, too.
func TestCheckUnknown(t *testing.T) {
	r := startRegistry(t)
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		ctx       context.Context
		reference string
		want      error
	}{
		{t.Context(), r.Host + "/gone:1.0", upstream.ErrNotFound},
		{t.Context(), r.Host + "/gone:1.0@sha256:" + strings.Repeat("0", 64), upstream.ErrNotFound},
		{t.Context(), "169.254.169.254/app:1.0", upstream.ErrRefused},
		{canceled, r.Host + "/app:1.0", context.Canceled},
		{t.Context(), "UPPER CASE", nil},
		{t.Context(), "app:1.0@sha256:short", nil},
	} {
		check := client(r, upstream.Options{}).Check(c.ctx, c.reference, upstream.CheckOptions{Details: true})
		if check.Verdict.Step != upstream.Unknown || check.Verdict.Reason == "" || check.Err == nil || c.want != nil && !errors.Is(check.Err, c.want) {
			t.Errorf("%s: %+v", c.reference, check)
		}
	}
}
