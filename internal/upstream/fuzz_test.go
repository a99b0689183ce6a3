package upstream

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"coopcloud.tech/catalogue/internal/upstream/upstreamtest"
)

// A reference that is accepted names a registry by host and port alone, and is read
// the same again.
func FuzzReference(f *testing.F) {
	for _, seed := range []string{"nginx", "nginx:1.27", "localhost/app", "127.0.0.1:5000/a/b:c@sha256:" + strings.Repeat("0", 64), "[::1]:5000/x", "docker.io/x", "a@b/c", "x//y", "EXAMPLE.org/a"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := parse(text)
		if err != nil {
			return
		}
		if host := r.remote.Context().RegistryStr(); host == "" || strings.ContainsAny(host, "/@?# \\") {
			t.Errorf("%q: registry %q", text, host)
		}
		again, err := parse(r.full)
		if err != nil || again.full != r.full || again.remote.Name() != r.remote.Name() {
			t.Errorf("%q: %q, then %q, %v", text, r.full, again.full, err)
		}
	})
}

func FuzzPlatforms(f *testing.F) {
	f.Add([]byte(`{"manifests":[{"platform":{"os":"linux","architecture":"arm","variant":"v7"}},{"platform":{"os":"unknown"}},{}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		index, err := v1.ParseIndexManifest(bytes.NewReader(data))
		if err != nil {
			return
		}
		for _, p := range platforms(index) {
			if p.OS == "" || p.OS == "unknown" {
				t.Errorf("%q: %+v", data, p)
			}
		}
	})
}

// A page of any bytes gives tags and a next page on its own host, or an error.
func FuzzPage(f *testing.F) {
	for _, seed := range [][2]string{
		{`{"name":"app","tags":["1.0","latest"]}`, `</v2/app/tags/list?last=latest&n=1000>; rel="next"`},
		{`{"tags":null}`, ""},
		{`{"tags":["\u0000"]}`, `<https://example.com/>; rel=next`},
		{`{"tags":[1]}`, `<//example.com/>;rel="prev next", <:>; rel=next`},
	} {
		f.Add([]byte(seed[0]), seed[1])
	}
	here := &url.URL{Scheme: "https", Host: "registry.example.org", Path: "/v2/app/tags/list"}
	f.Fuzz(func(t *testing.T, body []byte, link string) {
		res := &http.Response{Header: http.Header{"Link": {link}}, Request: &http.Request{URL: here}}
		p, err := parsePage(res, body)
		if err != nil {
			return
		}
		if p.next != nil && (p.next.Scheme != here.Scheme || !strings.EqualFold(p.next.Hostname(), here.Host) || p.next.User != nil) {
			t.Errorf("%q leads to %s", link, p.next)
		}
		if p.next == nil && strings.Contains(link, `>; rel="next"`) {
			t.Errorf("%q is taken for the last page", link)
		}
		l := lister{tags: map[string]bool{}, asked: map[string]bool{}}
		if err := l.add(p); err == nil && slices.ContainsFunc(l.names, func(tag string) bool { return !isTag(tag) }) {
			t.Errorf("%q holds what is no tag", body)
		}
	})
}

// Layers of any bytes end, and leave a tree in which every path leads somewhere or
// nowhere.
func FuzzLayers(f *testing.F) {
	lower := upstreamtest.Layer("bin -> usr/bin", "usr/bin/sh*", "a -> b", "b -> a", "d/e/f*")
	for _, upper := range [][]byte{
		upstreamtest.Layer("bin/.wh.sh", "a/x*"), upstreamtest.Gzip(upstreamtest.Layer("d/.wh..wh..opq", "usr/bin => d", "d/e/")), {}, lower[:600],
	} {
		f.Add(lower, upper, "/bin/sh")
	}
	f.Fuzz(func(t *testing.T, lower, upper []byte, name string) {
		u := unpacker{tree: newTree()}
		for _, layer := range [][]byte{lower, upper} {
			if u.layer(t.Context(), bytes.NewReader(layer)) != nil {
				break
			}
		}
		if n := u.tree.walk(name); n == nil {
			t.Errorf("%q leads to nil", name)
		}
		if found, err := list(u.tree, v1.Config{}, []string{name}); err == nil && found.Found == nil {
			t.Error("an image without programs is not an image that was not read")
		}
	})
}
