package swarm_test

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	engineapi "github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/deploy/swarm"
	"coopcloud.tech/catalogue/test/engine"
)

var shared engine.Shared

func TestMain(m *testing.M) {
	code := m.Run()
	shared.Stop()
	os.Exit(code)
}

func connect(t *testing.T, server string) *swarm.Client {
	t.Helper()
	client, err := swarm.Connect(t.Context(), server, dockerDir(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}

// The engine's own errors, told apart.
func TestErrors(t *testing.T) {
	e := shared.Get(t)
	client, ctx := connect(t, e.Host), t.Context()
	e.Image(t, "errors:1")
	secret := engineapi.SecretSpec{Annotations: engineapi.Annotations{Name: "errors"}, Data: []byte("x")}
	secretID, err := client.CreateSecret(ctx, secret)
	if err != nil {
		t.Fatal(err)
	}
	spec := engineapi.ServiceSpec{
		Annotations: engineapi.Annotations{Name: "errors"},
		TaskTemplate: engineapi.TaskSpec{ContainerSpec: &engineapi.ContainerSpec{Image: "errors:1", Secrets: []*engineapi.SecretReference{{
			SecretID: secretID, SecretName: "errors", File: &engineapi.SecretReferenceFileTarget{Name: "x", UID: "0", GID: "0", Mode: 0o444},
		}}}},
	}
	id, err := client.CreateService(ctx, spec, "")
	if err != nil {
		t.Fatal(err)
	}
	_, again := client.CreateService(ctx, spec, "")
	_, missing := client.Service(ctx, "no-such-service")
	other := spec
	other.Annotations.Labels = map[string]string{"l": "1"}
	for what, check := range map[string]struct{ err, want error }{
		"a name that is taken":       {again, swarm.ErrConflict},
		"a service that is gone":     {missing, swarm.ErrNotFound},
		"a secret in use":            {client.RemoveSecret(ctx, secretID), swarm.ErrInUse},
		"an old version":             {client.UpdateService(ctx, id, engineapi.Version{Index: 1}, other, ""), swarm.ErrOutOfSequence},
		"a spec that makes no sense": {client.UpdateService(ctx, id, version(t, client, id), engineapi.ServiceSpec{Annotations: engineapi.Annotations{Name: "errors"}, TaskTemplate: engineapi.TaskSpec{ContainerSpec: &engineapi.ContainerSpec{}}}, ""), swarm.ErrInvalid},
	} {
		if !errors.Is(check.err, check.want) {
			t.Errorf("%s: %v, want %q", what, check.err, check.want)
		}
	}
	if err := client.RemoveService(ctx, id); err != nil {
		t.Error(err)
	}
	if err := client.RemoveSecret(ctx, secretID); err != nil {
		t.Error(err)
	}
}

func version(t *testing.T, client *swarm.Client, id string) engineapi.Version {
	service, err := client.Service(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return service.Version
}

func TestNotManager(t *testing.T) {
	client := connect(t, engine.Start(t, engine.NoSwarm).Host)
	if err := client.CheckManager(t.Context()); !errors.Is(err, swarm.ErrNotManager) || !strings.Contains(err.Error(), "docker swarm init") {
		t.Errorf("%v, want ErrNotManager with what to run", err)
	}
	if _, err := client.Services(t.Context(), "x"); !errors.Is(err, swarm.ErrNotManager) {
		t.Errorf("%v, want ErrNotManager", err)
	}
}

// sshd starts an ssh server for one test and makes `ssh` find it under the
// name "server". It returns the server's log.
func sshd(t *testing.T) {
	t.Helper()
	for _, program := range []string{"sshd", "ssh", "ssh-keygen"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("needs %s: %v", program, err)
		}
	}
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	run := func(name string, args ...string) {
		if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
	}
	write := func(name, text string, mode os.FileMode) {
		if err := os.WriteFile(at(name), []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", at("host"))
	run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", at("me"))
	run("cp", at("me.pub"), at("authorized"))
	if err := os.MkdirAll("/run/sshd", 0o755); err != nil {
		t.Skipf("sshd needs root: %v", err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	listener.Close()
	write("sshd_config", fmt.Sprintf("Port %d\nListenAddress 127.0.0.1\nHostKey %s\nAuthorizedKeysFile %s\nStrictModes no\nPermitRootLogin yes\nUsePAM no\nPidFile none\n",
		port, at("host"), at("authorized")), 0o600)
	write("ssh_config", fmt.Sprintf("Host server\n  HostName 127.0.0.1\n  Port %d\n  User root\n  IdentityFile %s\n  IdentitiesOnly yes\n  UserKnownHostsFile %s\n  StrictHostKeyChecking no\n",
		port, at("me"), at("known")), 0o600)
	ssh, _ := exec.LookPath("ssh")
	if err := os.Mkdir(at("bin"), 0o700); err != nil {
		t.Fatal(err)
	}
	// The real ssh, with this test's config in place of the operator's.
	write("bin/ssh", "#!/bin/sh\nexec "+ssh+" -F "+at("ssh_config")+" \"$@\"\n", 0o700)
	path, _ := exec.LookPath("sshd")
	server := exec.Command(path, "-D", "-e", "-f", at("sshd_config"))
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Process.Kill(); _ = server.Wait() })
	t.Setenv("PATH", at("bin")+":"+os.Getenv("PATH"))
	for {
		connection, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			connection.Close()
			return
		}
		if t.Context().Err() != nil {
			t.Fatal(err)
		}
	}
}

func TestSSHServer(t *testing.T) {
	e := shared.Get(t)
	sshd(t)
	client, err := swarm.Connect(t.Context(), "ssh://server"+strings.TrimPrefix(e.Host, "unix://"), dockerDir(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	if err := client.CheckManager(t.Context()); err != nil {
		t.Error(err)
	}
	if err := client.Close(); err != nil {
		t.Error(err)
	}
	if left, _ := filepath.Glob("/tmp/catalogue-ssh-*"); len(left) > 0 {
		t.Errorf("the tunnel's folder is left: %v", left)
	}
	_, err = swarm.Connect(t.Context(), "ssh://server/no/such.sock", dockerDir(t, nil))
	if !errors.Is(err, swarm.ErrUnreachable) {
		t.Errorf("a server without an engine: %v, want ErrUnreachable", err)
	}
	_, err = swarm.Connect(t.Context(), "ssh://stranger@server:1", dockerDir(t, nil))
	if !errors.Is(err, swarm.ErrUnreachable) || !strings.Contains(err.Error(), "onnection refused") {
		t.Errorf("a server that does not answer: %v, want ssh's own words", err)
	}
}
