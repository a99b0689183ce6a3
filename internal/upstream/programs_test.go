package upstream_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/klauspost/compress/zstd"

	"coopcloud.tech/catalogue/internal/upstream"
	"coopcloud.tech/catalogue/internal/upstream/upstreamtest"
)

var amd64 = upstream.Platform{OS: "linux", Architecture: "amd64"}

// pushed is the image of the layers, as the registry names it.
func pushed(t *testing.T, r *upstreamtest.Registry, config v1.Config, layers ...[]byte) upstream.Image {
	t.Helper()
	digest, err := r.PushLayers("app:1.0", config, layers...)
	if err != nil {
		t.Fatal(err)
	}
	return upstream.Image{Repository: r.Host + "/app", Tag: "1.0", Digest: digest}
}

func TestPrograms(t *testing.T) {
	r := startRegistry(t)
	for _, c := range []struct {
		name   string
		path   string // "" is the engine's default
		layers [][]string
		want   string // found, of the names and of /app/check, /bin/curl and /opt/vol/x
	}{
		{"one layer", "", [][]string{{"bin/sh*", "bin/readme", "etc/passwd*", "app/check*"}}, "/app/check /bin/sh sh"},
		{"other PATH", "/opt/bin:relative::/nothing", [][]string{{"bin/sh*", "opt/bin/app*", "relative/x*"}}, "/bin/sh app"},
		{"empty", "", [][]string{{}}, ""},
		{"no layers", "", nil, ""},
		{"busybox by links", "", [][]string{{"bin/", "bin/busybox*", "bin/sh -> busybox", "bin/wget -> /bin/busybox"}}, "/bin/sh busybox sh wget"},
		{"busybox by hard links", "", [][]string{{"bin/[*", "bin/sh => bin/[", "bin/wget => bin/["}}, "/bin/sh [ sh wget"},
		{"hard link to what is none", "", [][]string{{"bin/notes", "bin/x => bin/notes", "bin/y => bin/gone"}}, ""},
		{"linked folder", "", [][]string{{"bin -> usr/bin", "usr/bin/", "usr/bin/sh*"}}, "/bin/sh sh"},
		{"linked folder, later", "", [][]string{{"usr/bin/sh*"}, {"bin -> usr/bin"}, {"bin/curl*"}}, "/bin/curl /bin/sh curl sh"},
		{"linked up and away", "", [][]string{{"usr/local/bin -> ../../../opt/./tools//", "opt/tools/app*"}}, "app"},
		{"a folder over a link", "", [][]string{{"bin -> usr/bin", "usr/bin/sh*"}, {"bin/", "bin/curl*"}}, "/bin/curl curl sh"},
		{"whiteout", "", [][]string{{"bin/sh*", "bin/curl*"}, {"bin/.wh.curl"}}, "/bin/sh sh"},
		{"whiteout, back again", "", [][]string{{"bin/curl*"}, {"bin/.wh.curl"}, {"bin/curl*"}}, "/bin/curl curl"},
		{"whiteout of its own layer", "", [][]string{{"bin/curl*", "bin/wget*"}, {"bin/curl*", "bin/.wh.curl", "bin/.wh.wget"}}, "/bin/curl curl"},
		{"whiteout of a folder", "", [][]string{{"usr/bin/a*", "usr/bin/b*"}, {"usr/bin/c*", ".wh.usr"}}, "c"},
		{"whiteout of a link", "", [][]string{{"bin -> usr/bin", "usr/bin/sh*"}, {".wh.bin"}}, "sh"},
		{"whiteout through a link", "", [][]string{{"bin -> usr/bin", "usr/bin/sh*", "usr/bin/curl*"}, {"bin/.wh.curl"}}, "/bin/sh sh"},
		{"opaque", "", [][]string{{"bin/sh*", "bin/curl*"}, {"bin/wget*", "bin/.wh..wh..opq"}}, "wget"},
		{"opaque root", "", [][]string{{"bin/sh*"}, {".wh..wh..opq", "bin/curl*"}}, "/bin/curl curl"},
		{"aufs", "", [][]string{{"bin/sh*", ".wh..wh.plnk/", ".wh..wh.aufs"}}, "/bin/sh sh"},
		{"no longer executable", "", [][]string{{"bin/sh*", "bin/curl*"}, {"bin/curl"}}, "/bin/sh sh"},
		{"a folder instead", "", [][]string{{"bin/sh*", "bin/curl*"}, {"bin/curl/", "bin/curl/x*"}}, "/bin/sh sh"},
		{"a file instead", "", [][]string{{"bin/sh*"}, {"bin*"}}, ""},
		{"above the root", "", [][]string{{"../../bin/sh*", "./bin/../bin/curl*", "/"}}, "/bin/curl /bin/sh curl sh"},
		{"to a volume", "", [][]string{{"opt/vol -> /data", "app/check -> /data/check", "bin/occ -> /var/www/occ"}}, "/app/check /opt/vol/x occ"},
		{"in a circle", "/a:/c:/bin", [][]string{{"a -> b", "b -> a", "c -> c", "bin/sh*", "app -> app"}}, "/app/check /bin/sh sh"},
		{"names nobody asks for", "", [][]string{{"bin/a\x1b[31m*", "bin/\xff*", "bin/" + strings.Repeat("n", 300) + "*"}}, ""},
	} {
		var layers [][]byte
		for i, entries := range c.layers {
			layer := upstreamtest.Layer(entries...)
			if i%2 == 0 {
				layer = upstreamtest.Gzip(layer)
			}
			layers = append(layers, layer)
		}
		var config v1.Config
		if c.path != "" {
			config.Env = []string{"HOME=/", "PATH=" + c.path}
		}
		image := pushed(t, r, config, layers...)
		got, err := client(r, upstream.Options{}).Programs(t.Context(), image, amd64, []string{"/app/check", "/bin/curl", "/opt/vol/x"})
		if err != nil || strings.Join(got.Found, " ") != c.want || got.Found == nil || got.Shell != "/bin/sh" {
			t.Errorf("%s: %q, %v, want %q", c.name, got, err, c.want)
		}
	}
}

func TestProgramsOfPlatform(t *testing.T) {
	r := startRegistry(t)
	push(t, r, "app:1.0", v1.Config{}, "linux/arm64", "linux/arm/v7")
	c := client(r, upstream.Options{})
	image, err := c.Image(t.Context(), r.Host+"/app:1.0")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Programs(t.Context(), image, amd64, nil); !errors.Is(err, upstream.ErrNotFound) || !strings.Contains(err.Error(), "linux/amd64") {
		t.Errorf("a platform that is not there: %v", err)
	}
	if got, err := c.Programs(t.Context(), image, upstream.Platform{OS: "linux", Architecture: "arm64"}, nil); err != nil || len(got.Found) > 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestShellOfImage(t *testing.T) {
	r := startRegistry(t)
	image := pushed(t, r, v1.Config{Shell: []string{"/busybox/sh", "-c"}}, upstreamtest.Layer("busybox/sh*"))
	got, err := client(r, upstream.Options{}).Programs(t.Context(), image, amd64, nil)
	if err != nil || got.Shell != "/busybox/sh" || !slices.Equal(got.Found, []string{"/busybox/sh"}) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestZstd(t *testing.T) {
	r := startRegistry(t)
	encoder, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	skipped := append([]byte{0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0}, "abc"...)
	packed := encoder.EncodeAll(upstreamtest.Layer("bin/sh*"), skipped)
	image := pushed(t, r, v1.Config{}, packed, encoder.EncodeAll(upstreamtest.Layer("bin/wget*"), nil))
	got, err := client(r, upstream.Options{}).Programs(t.Context(), image, amd64, nil)
	if err != nil || !slices.Equal(got.Found, []string{"/bin/sh", "sh", "wget"}) {
		t.Errorf("%+v, %v", got, err)
	}
}

// An image is read once; again only for a path that nobody asked for before.
func TestProgramsAreKept(t *testing.T) {
	r := startRegistry(t)
	image := pushed(t, r, v1.Config{}, upstreamtest.Layer("bin/sh*", "a*", "b*"))
	dir := t.TempDir()
	later := func() time.Time { return time.Now().Add(1000 * time.Hour) }
	for _, step := range []struct {
		paths   []string
		offline bool
		asks    bool
		want    string
	}{
		{nil, true, false, "not asked"},
		{[]string{"/a"}, false, true, "/a /bin/sh sh"},
		{nil, false, false, "/a /bin/sh sh"},
		{[]string{"/a"}, true, false, "/a /bin/sh sh"},
		{[]string{"/b"}, true, false, "not asked"},
		{[]string{"/b", "/c"}, false, true, "/a /b /bin/sh sh"},
		{[]string{"/c", "/a"}, false, false, "/a /b /bin/sh sh"},
	} {
		r.Asked()
		c := client(r, upstream.Options{CacheDir: dir, Offline: step.offline, Now: later})
		got, err := c.Programs(t.Context(), image, amd64, step.paths)
		text := strings.Join(got.Found, " ")
		if err != nil {
			text = err.Error()
		}
		if asked := r.Asked(); !strings.Contains(text, step.want) || len(asked) > 0 != step.asks {
			t.Errorf("%v: %q, want %q; asked %q", step.paths, text, step.want, asked)
		}
	}
}

// bomb is so many bytes of zeros behind a layer's entries, compressed: a tar may be
// padded without end.
func bomb(t *testing.T, size int64) []byte {
	t.Helper()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, err := w.Write(upstreamtest.Layer("bin/sh*"))
	if err == nil {
		_, err = io.CopyN(w, zeros{}, size)
	}
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// What a stranger may push: nothing of it hangs, is believed, or takes much memory.
func TestHostileLayers(t *testing.T) {
	deep := strings.Repeat("d/", 2000)
	var tangle, wide []string
	for i := range 500 {
		tangle = append(tangle, fmt.Sprintf("l%d -> l%d/l%d", i, i+1, i+1))
	}
	for i := range 300 {
		wide = append(wide, fmt.Sprintf("%d/%sx*", i, deep))
	}
	window := []byte{0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa0, 0x01, 0x00, 0x00} // wants 1 GiB
	for name, c := range map[string]struct {
		layer []byte
		want  string // of the error
	}{
		"gzip bomb":      {bomb(t, 100<<20), "hundred times"},
		"many files":     {upstreamtest.Layer(wide...), "are kept"},
		"long path":      {upstreamtest.Layer("d/" + strings.Repeat("d/", 3000) + "x*"), "longer than Linux"},
		"below a circle": {upstreamtest.Layer("a -> b", "b -> a", "a/x*"), "circle"},
		"tangle":         {upstreamtest.Layer(append(tangle, "l0/x*")...), "circle"},
		"truncated gzip": {upstreamtest.Gzip(upstreamtest.Layer("bin/sh*"))[:40], ""},
		"truncated tar":  {upstreamtest.Layer("bin/sh*", "bin/curl*")[:700], ""},
		"zstd window":    {window, ""},
		"no archive":     {[]byte(strings.Repeat("\x1b[31mjunk", 1000)), ""},
		"deep":           {upstreamtest.Layer(deep+"x*", "a -> "+deep, "a/a -> "+"/a"), "no error"},
	} {
		t.Run(name, func(t *testing.T) {
			r := startRegistry(t)
			image := pushed(t, r, v1.Config{}, c.layer)
			dir := t.TempDir()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			got, err := client(r, upstream.Options{CacheDir: dir}).Programs(t.Context(), image, amd64, nil)
			runtime.ReadMemStats(&after)
			if grown := int64(after.HeapSys) - int64(before.HeapSys); grown > 300<<20 {
				t.Errorf("took %d MiB of memory", grown>>20)
			}
			if c.want == "no error" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if unasked(t, err); err != nil && !strings.Contains(err.Error(), c.want) || len(got.Found) > 0 {
				t.Errorf("%+v, %v, want %q", got, err, c.want)
			}
			r.Asked()
			_, again := client(r, upstream.Options{CacheDir: dir}).Programs(t.Context(), image, amd64, nil)
			if asked := r.Asked(); len(asked) > 0 != (c.want == "") || again == nil {
				t.Errorf("asked again %q: %v", asked, again)
			}
			for _, file := range files(t, dir) {
				if data, err := os.ReadFile(file); err != nil || bytes.Contains(data, []byte("junk")) {
					t.Errorf("%s holds what the layer holds; %v", file, err)
				}
			}
		})
	}
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// serving is a client of a registry that sends blobs its own way, but for configs.
func serving(t *testing.T, layer []byte, blob func(w http.ResponseWriter, data []byte)) (*upstream.Client, upstream.Image) {
	t.Helper()
	var digest string
	r := upstreamtest.StartBehind(func(images http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if digest != "" && req.Method == http.MethodGet && strings.HasSuffix(req.URL.Path, digest) {
				blob(w, layer)
				return
			}
			images.ServeHTTP(w, req)
		})
	})
	t.Cleanup(r.Close)
	image := pushed(t, r, v1.Config{}, layer)
	hash, _, err := v1.SHA256(bytes.NewReader(layer))
	if err != nil {
		t.Fatal(err)
	}
	digest = "/blobs/" + hash.String()
	return client(r, upstream.Options{}), image
}

// A registry that sends other bytes than the digest says is not believed.
func TestLayersAreVerified(t *testing.T) {
	honest := upstreamtest.Gzip(upstreamtest.Layer("bin/sh*"))
	endless := func(w http.ResponseWriter, data []byte) {
		block := bytes.Repeat([]byte{0}, 1<<20)
		for _, err := w.Write(data); err == nil; _, err = w.Write(block) {
		}
	}
	for name, blob := range map[string]func(http.ResponseWriter, []byte){
		"another layer": func(w http.ResponseWriter, _ []byte) { _, _ = w.Write(upstreamtest.Layer("bin/evil*")) },
		"more":          func(w http.ResponseWriter, data []byte) { _, _ = w.Write(append(slices.Clone(data), data...)) },
		"less":          func(w http.ResponseWriter, data []byte) { _, _ = w.Write(data[:len(data)/2]) },
		"nothing":       func(w http.ResponseWriter, _ []byte) {},
		"hangs up": func(w http.ResponseWriter, data []byte) {
			w.Header().Set("Content-Length", fmt.Sprint(len(data)))
			_, _ = w.Write(data[:10])
		},
		"endless":       endless,
		"endless zeros": func(w http.ResponseWriter, _ []byte) { endless(w, nil) },
		"elsewhere": func(w http.ResponseWriter, _ []byte) {
			w.Header().Set("Location", "http://169.254.169.254/layer")
			w.WriteHeader(http.StatusTemporaryRedirect)
		},
		"not found": func(w http.ResponseWriter, _ []byte) { w.WriteHeader(http.StatusNotFound) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, image := serving(t, honest, blob)
			got, err := c.Programs(t.Context(), image, amd64, nil)
			if unasked(t, err); len(got.Found) > 0 {
				t.Errorf("believed %v", got)
			}
		})
	}
}

// A registry that goes to sleep in a layer is waited for as long as the caller likes.
func TestLayerThatStalls(t *testing.T) {
	done := make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	c, image := serving(t, upstreamtest.Layer("bin/sh*"), func(w http.ResponseWriter, data []byte) {
		_, _ = w.Write(data[:512])
		w.(http.Flusher).Flush()
		cancel()
		<-done
	})
	t.Cleanup(func() { close(done) }) // before the server waits for its handler
	if _, err := c.Programs(ctx, image, amd64, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// What is too large is not even begun.
func TestLargeImage(t *testing.T) {
	asked := false
	c, image := serving(t, upstreamtest.Layer("bin/sh*"), func(http.ResponseWriter, []byte) { asked = true })
	manifest := fmt.Sprintf(`{"schemaVersion":2,"mediaType":%q,"config":{"mediaType":"application/vnd.oci.image.config.v1+json","size":2,"digest":"sha256:%064d"},
		"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","size":%d,"digest":"sha256:%064d"},{"mediaType":"application/vnd.oci.image.layer.v1.tar","size":9223372036854775807,"digest":"sha256:%064d"}]}`,
		manifestType, 1, 500<<20, 2, 3)
	host, _, _ := strings.Cut(image.Repository, "/")
	put, err := http.NewRequestWithContext(t.Context(), http.MethodPut, "http://"+host+"/v2/app/manifests/large", strings.NewReader(manifest))
	if err != nil {
		t.Fatal(err)
	}
	put.Header.Set("Content-Type", manifestType)
	res, err := http.DefaultClient.Do(put)
	if err != nil || res.StatusCode != http.StatusCreated {
		t.Fatalf("%v, %v", res, err)
	}
	_ = res.Body.Close()
	large, err := c.Image(t.Context(), image.Repository+":large")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Programs(t.Context(), large, amd64, nil); err == nil || !strings.Contains(err.Error(), "512 MiB") || asked {
		t.Errorf("layer asked for: %t; %v", asked, err)
	}
}
