// Package upstreamtest gives tests a real registry on a loopback address.
package upstreamtest

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// Registry holds images in memory and remembers what it was asked.
type Registry struct {
	Host string // as references name it: 127.0.0.1:41234

	server *httptest.Server
	mu     sync.Mutex
	asked  []string
}

// Start starts an empty registry; Close it.
func Start() *Registry { return StartBehind(func(next http.Handler) http.Handler { return next }) }

// StartBehind puts something in front of the registry, such as a login.
func StartBehind(front func(http.Handler) http.Handler) *Registry {
	r := &Registry{}
	images := front(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	r.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.mu.Lock()
		r.asked = append(r.asked, req.Method+" "+req.URL.Path)
		r.mu.Unlock()
		images.ServeHTTP(w, req)
	}))
	r.Host = strings.TrimPrefix(r.server.URL, "http://")
	return r
}

// Close stops the registry.
func (r *Registry) Close() { r.server.Close() }

// Asked is what was asked since the last time, as "HEAD /v2/app/manifests/1.0",
// without the greetings at /v2/.
func (r *Registry) Asked() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	asked := slices.DeleteFunc(r.asked, func(request string) bool { return strings.HasSuffix(request, " /v2/") })
	r.asked = nil
	return asked
}

// Differ says how what was asked differs from the patterns: each matches just one
// request, in any order.
func Differ(asked, patterns []string) error {
	left := slices.Clone(asked)
	for _, pattern := range patterns {
		at := slices.IndexFunc(left, regexp.MustCompile(pattern).MatchString)
		if at < 0 {
			return fmt.Errorf("asked %q, but nothing like %q", asked, pattern)
		}
		left = slices.Delete(left, at, at+1)
	}
	if len(left) > 0 {
		return fmt.Errorf("asked more than expected: %q", left)
	}
	return nil
}

// Push stores an image as NAME:TAG, one manifest for each platform; it returns the
// digest. With one platform it is a manifest, with several a list of them.
func (r *Registry) Push(image string, config v1.Config, platforms ...string) (string, error) {
	defer r.Asked()
	tag, err := name.NewTag(r.Host + "/" + image)
	if err != nil {
		return "", err
	}
	var manifests []mutate.IndexAddendum
	for _, platform := range platforms {
		built, err := build(config, platform)
		if err != nil {
			return "", err
		}
		manifests = append(manifests, built)
	}
	if len(manifests) == 1 {
		single := manifests[0].Add.(v1.Image)
		return digestOf(single, remote.Write(tag, single))
	}
	index := mutate.AppendManifests(empty.Index, manifests...)
	return digestOf(index, remote.WriteIndex(tag, index))
}

// PushBuilt stores an image for linux/amd64 as NAME:TAG that says when it was built.
func (r *Registry) PushBuilt(image string, at time.Time) (string, error) {
	defer r.Asked()
	tag, err := name.NewTag(r.Host + "/" + image)
	if err != nil {
		return "", err
	}
	built, err := mutate.ConfigFile(empty.Image, &v1.ConfigFile{OS: "linux", Architecture: "amd64", Created: v1.Time{Time: at}})
	if err != nil {
		return "", err
	}
	return digestOf(built, remote.Write(tag, built))
}

func digestOf(pushed partial.WithRawManifest, err error) (string, error) {
	if err != nil {
		return "", err
	}
	digest, err := partial.Digest(pushed)
	return digest.String(), err
}

func build(config v1.Config, platform string) (mutate.IndexAddendum, error) {
	p, err := v1.ParsePlatform(platform)
	if err != nil {
		return mutate.IndexAddendum{}, fmt.Errorf("platform %q: %w", platform, err)
	}
	image, err := mutate.ConfigFile(empty.Image, &v1.ConfigFile{OS: p.OS, Architecture: p.Architecture, Variant: p.Variant, Config: config})
	return mutate.IndexAddendum{Add: image, Descriptor: v1.Descriptor{Platform: p}}, err
}
