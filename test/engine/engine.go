// Package engine gives tests a real Docker engine: one that they start
// themselves, away from any other engine of the machine.
//
// CATALOGUE_TEST_ENGINE decides what happens:
//
//	(unset)    start a private dockerd; skip where that cannot be done
//	require    the same, but fail instead of skipping
//	unix://…   use that engine, which must be a swarm manager
//
// No test ever talks to an engine that was not started here or named there.
package engine

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/docker/docker/api/types/swarm"
	"github.com/docker/docker/client"
)

// Engine is a Docker engine for tests.
type Engine struct {
	Host   string         // unix://…
	API    *client.Client // for asserting what the engine really holds
	daemon *daemon        // nil for an engine that the user named
	dir    string
	images images
}

// Option changes how Start starts the engine.
type Option func(*options)

type options struct {
	noSwarm  bool
	hostname string // "": the machine's
}

// NoSwarm leaves the engine outside any swarm.
func NoSwarm(o *options) { o.noSwarm = true }

// Start starts an engine for one test and stops it when the test ends.
func Start(t testing.TB, with ...Option) *Engine {
	t.Helper()
	var o options
	for _, option := range with {
		option(&o)
	}
	if o.noSwarm && named() != "" {
		t.Skipf("needs an engine outside a swarm; CATALOGUE_TEST_ENGINE names %s", named())
	}
	e, err := start(o)
	giveUp(t, err)
	t.Cleanup(e.stop)
	return e
}

// Shared is an engine that all tests of a package use, each with stacks of its
// own. Declare one beside TestMain, which must call Stop.
type Shared struct {
	once   sync.Once
	engine *Engine
	err    error
}

// Get returns the engine; the first call starts it.
func (s *Shared) Get(t testing.TB) *Engine {
	t.Helper()
	s.once.Do(func() { s.engine, s.err = start(options{}) })
	giveUp(t, s.err)
	return s.engine
}

// Stop stops the engine, if any test asked for one.
func (s *Shared) Stop() {
	if s.engine != nil {
		s.engine.stop()
	}
}

// giveUp skips the test where no engine can be had, unless one is required.
func giveUp(t testing.TB, err error) {
	t.Helper()
	if err == nil {
		return
	}
	if os.Getenv("CATALOGUE_TEST_ENGINE") != "" {
		t.Fatalf("test engine: %v", err)
	}
	t.Skipf("no test engine: %v", err)
}

// named is the engine that the user named for tests.
func named() string {
	if host := os.Getenv("CATALOGUE_TEST_ENGINE"); strings.Contains(host, "://") {
		return host
	}
	return ""
}

func start(o options) (*Engine, error) {
	// Unix socket paths end at 108 bytes: t.TempDir() may be too long.
	dir, err := os.MkdirTemp("/tmp", dirPrefix())
	if err != nil {
		return nil, err
	}
	e := &Engine{Host: named(), dir: dir}
	if e.Host == "" {
		e.Host = "unix://" + filepath.Join(dir, "sock")
		e.daemon, err = startDaemon(dir, o.hostname)
	}
	if err == nil {
		e.stopOnSignal()
		err = e.connect(o)
	}
	if err != nil {
		e.stop()
		return nil, err
	}
	return e, nil
}

func (e *Engine) connect(o options) error {
	api, err := client.NewClientWithOpts(client.WithHost(e.Host), client.WithAPIVersionNegotiation())
	if err != nil {
		return err
	}
	e.API = api
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := e.awaitReady(ctx); err != nil || o.noSwarm {
		return err
	}
	info, err := api.Info(ctx)
	if err != nil {
		return err
	}
	switch {
	case info.Swarm.ControlAvailable:
		return nil
	case e.daemon == nil:
		return fmt.Errorf("%s is no swarm manager; run docker -H %[1]s swarm init", e.Host)
	}
	_, err = api.SwarmInit(ctx, swarm.InitRequest{ListenAddr: "127.0.0.1:2377", AdvertiseAddr: "127.0.0.1"})
	return err
}

// awaitReady returns when the engine answers, or with the reason why it died.
func (e *Engine) awaitReady(ctx context.Context) error {
	for {
		_, err := e.API.Ping(ctx)
		if err == nil {
			return nil
		}
		if e.daemon == nil {
			return err
		}
		select {
		case <-e.daemon.done:
			return fmt.Errorf("dockerd stopped: %s", e.daemon.lastWords())
		case <-ctx.Done():
			return fmt.Errorf("dockerd does not answer: %w; %s", err, e.daemon.lastWords())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (e *Engine) stop() {
	if e.API != nil {
		e.API.Close()
	}
	if e.daemon != nil {
		e.daemon.stop()
	}
	os.RemoveAll(e.dir)
}

// stopOnSignal stops the engine when the test process is told to end; go test
// would leave it behind otherwise. A killed process is covered by the daemon's
// parent death signal and by sweep.
func (e *Engine) stopOnSignal() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		e.stop()
		os.Exit(130)
	}()
}
