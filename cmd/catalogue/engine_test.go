package main

import (
	"bytes"
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/docker/docker/api/types/network"
	"github.com/rogpeppe/go-internal/testscript"

	"coopcloud.tech/catalogue/examples"
	"coopcloud.tech/catalogue/internal/git/gittest"
	"coopcloud.tech/catalogue/test/engine"
)

// TestEngineScripts runs whole stories on a real swarm: from recipes in git,
// over the catalogue that the script crawls, to healthy services.
func TestEngineScripts(t *testing.T) {
	t.Parallel()
	e := engine.Start(t)
	// The samples' upstream names, with our small program in them.
	for _, ref := range []string{"nginx:1.25.5-alpine", "nginx:1.27.3-alpine", "vaultwarden/server:1.30.5-alpine"} {
		e.Image(t, ref, "ENV PORT=80")
	}
	for _, ref := range []string{"nginx:9.9.9", "stefanprodan/podinfo:6.6.3"} {
		e.Image(t, ref, "ENV CRASH=broken-on-purpose")
	}
	e.Shell(t, "shell:1")
	e.Shell(t, "shell:2")
	_, err := e.API.NetworkCreate(context.Background(), "proxy", network.CreateOptions{Driver: "overlay"})
	if err != nil {
		t.Fatal(err)
	}
	p := params("testdata/engine")
	p.Setup = func(env *testscript.Env) error {
		env.Setenv("DOCKER_HOST", e.Host)
		env.Setenv("PATH", os.Getenv("PATH"))
		recipes := filepath.Join(env.WorkDir, "recipes")
		if err := os.Mkdir(recipes, 0o755); err != nil {
			return err
		}
		forge := httptest.NewServer(gittest.Handler(t, recipes))
		env.Defer(forge.Close)
		env.Setenv("FORGE", forge.URL)
		return setup(env)
	}
	p.Cmds["seed"], p.Cmds["until"] = seedForEngine, until
	testscript.Run(t, p)
}

// seedForEngine makes the samples' repos, with healthchecks that the test image
// can answer where upstream has a program of its own.
func seedForEngine(ts *testscript.TestScript, _ bool, args []string) {
	checks := [][]byte{[]byte(`["CMD", "/healthcheck.sh"]`), []byte(`["CMD", "podcli", "check", "http", "localhost:9898/healthz"]`)}
	ts.Check(examples.Build(ts.MkAbs(args[0]), func(_ string, data []byte) []byte {
		for _, check := range checks {
			data = bytes.ReplaceAll(data, check, []byte(`["CMD", "/app", "check"]`))
		}
		return bytes.ReplaceAll(data, []byte("interval: 30s"), []byte("interval: 1s"))
	}))
}

// TestOtherNode: what belongs to an engine is asked of the engine of that node.
func TestOtherNode(t *testing.T) {
	t.Parallel()
	manager, worker := engine.Pair(t)
	for _, e := range []*engine.Engine{manager, worker} {
		e.Shell(t, "shell:1")
		e.Shell(t, "shell:2")
	}
	p := params("testdata/nodes")
	p.Setup = func(env *testscript.Env) error {
		env.Setenv("DOCKER_HOST", manager.Host)
		env.Setenv("WORKER", worker.Host)
		// An ssh that reaches nothing: the operator's own is no part of the test.
		env.Setenv("PATH", filepath.Join(env.WorkDir, "bin")+":"+os.Getenv("PATH"))
		return setup(env)
	}
	testscript.Run(t, p)
}
