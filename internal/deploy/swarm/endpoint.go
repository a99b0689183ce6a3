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

// Locate finds the engine that server names: "default" is $DOCKER_HOST or the
// local socket, a URL is itself, anything else is a Docker context.
func Locate(server string, getenv func(string) string) (Endpoint, error) {
	switch {
	case server == Local:
		return local(getenv), nil
	case strings.Contains(server, "://"):
		return Endpoint{Host: server}, nil
	default:
		return readContext(configDir(getenv), server)
	}
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
	sum := sha256.Sum256([]byte(name))
	id := hex.EncodeToString(sum[:])
	path := filepath.Join(dir, "contexts", "meta", id, "meta.json")
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Endpoint{}, noContext(dir, name)
	}
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

func noContext(dir, name string) error {
	known := "none"
	if names := contextNames(dir); len(names) > 0 {
		known = strings.Join(names, ", ")
	}
	return fmt.Errorf("%w: there is no docker context %q (there are: %s); "+
		"run: docker context create %s --docker host=ssh://%[2]s", ErrUnreachable, name, known, name)
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
