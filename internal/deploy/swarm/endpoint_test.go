package swarm_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coopcloud.tech/catalogue/internal/deploy/swarm"
)

// dockerDir makes a ~/.docker with these files.
func dockerDir(t *testing.T, files map[string]string) func(string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return func(key string) string { return map[string]string{"DOCKER_CONFIG": dir}[key] }
}

func idOf(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:])
}

func TestLocate(t *testing.T) {
	getenv := dockerDir(t, map[string]string{
		"contexts/meta/" + idOf("one") + "/meta.json":     `{"Name":"one","Metadata":{},"Endpoints":{"docker":{"Host":"ssh://me@one.example.com","SkipTLSVerify":false}}}`,
		"contexts/meta/" + idOf("tls") + "/meta.json":     `{"Name":"tls","Endpoints":{"docker":{"Host":"tcp://x:2376","SkipTLSVerify":true}}}`,
		"contexts/tls/" + idOf("tls") + "/docker/ca.pem":  "x",
		"contexts/meta/" + idOf("bad") + "/meta.json":     `{`,
		"contexts/meta/" + idOf("nowhere") + "/meta.json": `{"Name":"nowhere","Endpoints":{}}`,
	})
	with := func(pairs ...string) func(string) string {
		return func(key string) string {
			for i := 0; i < len(pairs); i += 2 {
				if pairs[i] == key {
					return pairs[i+1]
				}
			}
			return getenv(key)
		}
	}
	for _, test := range []struct {
		server string
		env    func(string) string
		host   string
		tls    bool
	}{
		{"default", getenv, "unix:///var/run/docker.sock", false},
		{"default", with("DOCKER_HOST", "tcp://h:1"), "tcp://h:1", false},
		{"default", with("DOCKER_HOST", "tcp://h:1", "DOCKER_TLS_VERIFY", "1"), "tcp://h:1", true},
		{"default", with("DOCKER_CONTEXT", "one"), "ssh://me@one.example.com", false},
		{"default", with("DOCKER_CONTEXT", "one", "DOCKER_HOST", "tcp://h:1"), "tcp://h:1", false},
		{"one", with("DOCKER_HOST", "tcp://h:1"), "ssh://me@one.example.com", false},
		{"tls", getenv, "tcp://x:2376", true},
		{"two.example.com", getenv, "ssh://two.example.com", false},
		{"unix:///x", getenv, "unix:///x", false},
	} {
		got, err := swarm.Locate(test.server, test.env)
		if err != nil || got.Host != test.host || (got.TLS != "") != test.tls {
			t.Errorf("%s: %+v, want %s (%v)", test.server, got, test.host, err)
		}
	}
	for server, words := range map[string]string{
		"bad":              "meta.json",
		"nowhere":          "names no docker endpoint",
		"a b":              `there is no docker context "a b" (there are: `,
		"-oProxyCommand=x": "cannot be an ssh host",
	} {
		if _, err := swarm.Locate(server, getenv); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%s: %v, want %q", server, err, words)
		}
	}
}

func TestUnreachableEngine(t *testing.T) {
	for _, server := range []string{"unix:///nowhere/docker.sock", "tcp://127.0.0.1:1", "ssh://", "ssh://me:password@host"} {
		_, err := swarm.Connect(t.Context(), server, dockerDir(t, nil))
		if !errors.Is(err, swarm.ErrUnreachable) || strings.Contains(err.Error(), "me:password@") {
			t.Errorf("%s: %v, want ErrUnreachable", server, err)
		}
	}
}
