package main

import (
	"regexp"
	"sync"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/rogpeppe/go-internal/testscript"

	"coopcloud.tech/catalogue/internal/upstream/upstreamtest"
)

// registries are those of the scripts that run, which may do so side by side.
var registries sync.Map

func registryOf(ts *testscript.TestScript) *upstreamtest.Registry {
	found, ok := registries.Load(ts.Getenv("WORK"))
	if !ok {
		ts.Fatalf("'registry' starts one")
	}
	return found.(*upstreamtest.Registry)
}

// startRegistry is registry: it starts one and names it $REGISTRY.
func startRegistry(ts *testscript.TestScript, _ bool, _ []string) {
	r, work := upstreamtest.Start(), ts.Getenv("WORK")
	registries.Store(work, r)
	ts.Defer(func() {
		registries.Delete(work)
		r.Close()
	})
	ts.Setenv("REGISTRY", r.Host)
}

// pushImages is push IMAGE…: it stores an image of its own under each name. With NAME=IMAGE
// its digest becomes $NAME.
func pushImages(ts *testscript.TestScript, _ bool, args []string) {
	for _, arg := range args {
		name, image, named := cutName(arg)
		digest, err := registryOf(ts).Push(image, v1.Config{Labels: map[string]string{"of": arg}}, "linux/amd64", "linux/arm64")
		ts.Check(err)
		if named {
			ts.Setenv(name, digest)
		}
	}
}

var namedImage = regexp.MustCompile(`^([A-Z][A-Z0-9_]*)=(.*)$`)

func cutName(arg string) (name, image string, named bool) {
	if found := namedImage.FindStringSubmatch(arg); found != nil {
		return found[1], found[2], true
	}
	return "", arg, false
}

// registryAsked is asked PATTERN…: just these were asked since the last time, in any
// order.
func registryAsked(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(upstreamtest.Differ(registryOf(ts).Asked(), args))
}

// stopRegistry is down: it stops the registry.
func stopRegistry(ts *testscript.TestScript, _ bool, _ []string) { registryOf(ts).Close() }
