package upstream

import (
	"bytes"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
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
