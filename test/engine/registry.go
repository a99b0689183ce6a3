package engine

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/api/types/registry"
)

// Registry is a real registry beside the engine: it listens where only that
// engine reaches it, in the engine's own network namespace.
type Registry struct {
	Addr   string // host:port, as images name it
	engine *Engine
	auth   string // encoded for the engine
}

// RegistryUser and RegistryPassword are what the registry wants to see.
const (
	RegistryUser     = "operator"
	RegistryPassword = "right-horse-battery"
)

// htpasswd holds the password above; the registry knows bcrypt only.
const htpasswd = RegistryUser + ":$2a$04$1tUZ21TIvCDqkbSDQirur.x2psVbl4xLIrQBx0218ti1lMUQvVs3y\n"

const registryConfig = `version: 0.1
log: {level: error}
storage: {filesystem: {rootdirectory: %[1]s/data}}
http: {addr: %[2]s}
auth: {htpasswd: {realm: test, path: %[1]s/htpasswd}}
`

// Registry starts a registry that ends with the test. Without a private engine,
// or without docker-registry, the test is skipped, unless an engine is required.
func (e *Engine) Registry(t testing.TB, port int) *Registry {
	t.Helper()
	if e.daemon == nil {
		t.Skip("needs an engine of our own: the registry listens in its network namespace")
	}
	r := &Registry{Addr: "127.0.0.1:" + strconv.Itoa(port), engine: e}
	auth, err := registry.EncodeAuthConfig(registry.AuthConfig{Username: RegistryUser, Password: RegistryPassword, ServerAddress: r.Addr})
	if err == nil {
		r.auth = auth
		err = r.start(t)
	}
	giveUp(t, err)
	return r
}

func (r *Registry) start(t testing.TB) error {
	for _, program := range []string{"docker-registry", "nsenter"} {
		if _, err := exec.LookPath(program); err != nil {
			return fmt.Errorf("%w; apt-get install docker-registry util-linux", err)
		}
	}
	dir := t.TempDir()
	config := filepath.Join(dir, "config.yml")
	err := errors.Join(
		os.WriteFile(config, fmt.Appendf(nil, registryConfig, dir, r.Addr), 0o600),
		os.WriteFile(filepath.Join(dir, "htpasswd"), []byte(htpasswd), 0o600),
	)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	command := exec.CommandContext(ctx, "nsenter", "--net", "--target", strconv.Itoa(r.engine.daemon.command.Process.Pid),
		"docker-registry", "serve", config)
	command.Env = append(os.Environ(), "OTEL_TRACES_EXPORTER=none")
	words := &tail{}
	command.Stdout, command.Stderr = words, words
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := command.Start(); err != nil {
		cancel()
		return err
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = command.Wait() }()
	t.Cleanup(func() { cancel(); <-done })
	return r.await(t, done, words)
}

// await returns when the engine can log in.
func (r *Registry) await(t testing.TB, done <-chan struct{}, words *tail) error {
	deadline := time.After(30 * time.Second)
	for {
		_, err := r.engine.API.RegistryLogin(t.Context(), registry.AuthConfig{Username: RegistryUser, Password: RegistryPassword, ServerAddress: "http://" + r.Addr})
		if err == nil {
			return nil
		}
		select {
		case <-done:
			return fmt.Errorf("docker-registry ended: %s", words)
		case <-deadline:
			return fmt.Errorf("docker-registry does not answer: %w; %s", err, words)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Push makes an image of the test program in the registry (see Engine.Image), so
// that nodes have to pull it: the engine's own copy is removed. It returns the
// reference, without a digest.
func (r *Registry) Push(t testing.TB, name string, changes ...string) string {
	t.Helper()
	ref := r.Addr + "/" + name
	r.engine.Image(t, ref, changes...)
	r.push(t, ref)
	return ref
}

// PushForeign is Push of an Engine.ImageForeign.
func (r *Registry) PushForeign(t testing.TB, name string) string {
	t.Helper()
	ref := r.Addr + "/" + name
	r.engine.ImageForeign(t, ref)
	r.push(t, ref)
	return ref
}

func (r *Registry) push(t testing.TB, ref string) {
	t.Helper()
	answer, err := r.engine.API.ImagePush(t.Context(), ref, image.PushOptions{RegistryAuth: r.auth})
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Close()
	said, err := io.ReadAll(answer)
	if err != nil || bytes.Contains(said, []byte(`"error"`)) {
		t.Fatalf("push %s: %v %s", ref, err, said)
	}
	r.forget(t, ref)
}

// forget removes the engine's own copies of an image that no task holds.
func (r *Registry) forget(t testing.TB, ref string) {
	list, err := r.engine.API.ImageList(t.Context(), image.ListOptions{Filters: filters.NewArgs(filters.Arg("reference", ref))})
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range list {
		if _, err := r.engine.API.ImageRemove(t.Context(), one.ID, image.RemoveOptions{Force: true}); err != nil && !strings.Contains(err.Error(), "is using its referenced image") {
			t.Fatal(err)
		}
	}
}

// DockerConfig is a ~/.docker/config.json for this registry.
func (r *Registry) DockerConfig(password string) string {
	basic := base64.StdEncoding.EncodeToString([]byte(RegistryUser + ":" + password))
	return fmt.Sprintf(`{"auths": {%q: {"auth": %q}}}`, r.Addr, basic)
}
