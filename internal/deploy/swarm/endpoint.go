package swarm

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Local is the server whose engine is on this machine.
const Local = "default"

const localHost = "unix:///var/run/docker.sock"

// Endpoint is where an engine listens.
type Endpoint struct {
	Host          string // unix://, tcp:// or ssh://
	TLS           string // folder with ca.pem, cert.pem and key.pem; "" without TLS
	SkipTLSVerify bool
}

// Locate finds the engine that server names: "default" is $DOCKER_HOST, the
// context $DOCKER_CONTEXT or the local socket; a URL is itself; anything else is
// a Docker context or, where there is none of that name, an ssh host.
func Locate(server string, getenv func(string) string) (Endpoint, error) {
	chosen := getenv("DOCKER_CONTEXT")
	switch {
	case server == Local && getenv("DOCKER_HOST") == "" && chosen != "" && chosen != Local:
		server = chosen
	case server == Local:
		return local(getenv), nil
	case strings.Contains(server, "://"):
		return Endpoint{Host: server}, nil
	}
	return readContext(configDir(getenv), server)
}

func local(getenv func(string) string) Endpoint {
	endpoint := Endpoint{Host: getenv("DOCKER_HOST")}
	if endpoint.Host == "" {
		endpoint.Host = localHost
	}
	if getenv("DOCKER_TLS_VERIFY") != "" {
		endpoint.TLS = getenv("DOCKER_CERT_PATH")
		if endpoint.TLS == "" {
			endpoint.TLS = configDir(getenv)
		}
	}
	return endpoint
}

// configDir is where the docker command keeps contexts and credentials.
func configDir(getenv func(string) string) string {
	if dir := getenv("DOCKER_CONFIG"); dir != "" {
		return dir
	}
	return filepath.Join(getenv("HOME"), ".docker")
}

// contextMeta is the part of a context's meta.json that says where it leads.
type contextMeta struct {
	Name      string
	Endpoints map[string]struct {
		Host          string
		SkipTLSVerify bool
	}
}

func readContext(dir, name string) (Endpoint, error) {
	endpoint, err := findContext(dir, name)
	if errors.Is(err, fs.ErrNotExist) {
		return noContext(dir, name)
	}
	return endpoint, err
}

// findContext reads a Docker context; fs.ErrNotExist where there is none of that
// name.
func findContext(dir, name string) (Endpoint, error) {
	sum := sha256.Sum256([]byte(name))
	id := hex.EncodeToString(sum[:])
	path := filepath.Join(dir, "contexts", "meta", id, "meta.json")
	data, err := os.ReadFile(path)
	if err != nil {
		return Endpoint{}, fmt.Errorf("docker context %s: %w", name, err)
	}
	var meta contextMeta
	if err := json.Unmarshal(data, &meta); err != nil {
		return Endpoint{}, fmt.Errorf("docker context %s: %s: %w", name, path, err)
	}
	docker, ok := meta.Endpoints["docker"]
	if !ok || docker.Host == "" {
		return Endpoint{}, fmt.Errorf("docker context %s: %s names no docker endpoint", name, path)
	}
	endpoint := Endpoint{Host: docker.Host, SkipTLSVerify: docker.SkipTLSVerify}
	tls := filepath.Join(dir, "contexts", "tls", id, "docker")
	if _, err := os.Stat(tls); err == nil {
		endpoint.TLS = tls
	}
	return endpoint, nil
}

var sshHost = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$`)

// noContext takes the name for an ssh host, as operators name servers after
// their hosts.
func noContext(dir, name string) (Endpoint, error) {
	if sshHost.MatchString(name) {
		return Endpoint{Host: "ssh://" + name}, nil
	}
	known := "none"
	if names := contextNames(dir); len(names) > 0 {
		known = strings.Join(names, ", ")
	}
	return Endpoint{}, fmt.Errorf("%w: there is no docker context %q (there are: %s), and it cannot be an ssh host", ErrUnreachable, name, known)
}

func contextNames(dir string) []string {
	paths, _ := filepath.Glob(filepath.Join(dir, "contexts", "meta", "*", "meta.json"))
	var names []string
	for _, path := range paths {
		var meta contextMeta
		if data, err := os.ReadFile(path); err == nil && json.Unmarshal(data, &meta) == nil {
			names = append(names, meta.Name)
		}
	}
	return names
}
