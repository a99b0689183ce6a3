package swarm

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/distribution/reference"
	"github.com/docker/docker/api/types/registry"
)

// dockerHub is the name under which credentials for docker.io are kept.
const dockerHub = "https://index.docker.io/v1/"

// dockerConfig is the part of ~/.docker/config.json about credentials.
type dockerConfig struct {
	Auths map[string]struct {
		Auth          string `json:"auth"` // base64 of user:password
		IdentityToken string `json:"identitytoken"`
	} `json:"auths"`
	CredsStore  string            `json:"credsStore"`
	CredHelpers map[string]string `json:"credHelpers"`
}

// Credential returns the operator's credential for the registry of an image,
// encoded for the engine; "" where there is none.
func (c *Client) Credential(ctx context.Context, ref string) (string, error) {
	named, err := reference.ParseNormalizedNamed(ref)
	if err != nil {
		return "", fmt.Errorf("image %q: %w", ref, err)
	}
	config, err := readDockerConfig(c.configDir)
	if err != nil {
		return "", err
	}
	server := reference.Domain(named)
	if server == "docker.io" {
		server = dockerHub
	}
	auth, err := config.lookup(ctx, server)
	if err != nil || auth == nil {
		return "", err
	}
	return registry.EncodeAuthConfig(*auth)
}

func readDockerConfig(dir string) (dockerConfig, error) {
	var config dockerConfig
	path := filepath.Join(dir, "config.json")
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return config, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &config)
	}
	if err != nil {
		return config, fmt.Errorf("registry credentials: %s: %w", path, err)
	}
	return config, nil
}

func (c dockerConfig) lookup(ctx context.Context, server string) (*registry.AuthConfig, error) {
	if helper := cmp.Or(c.CredHelpers[server], c.CredsStore); helper != "" {
		return askHelper(ctx, helper, server)
	}
	for name, entry := range c.Auths {
		if hostOf(name) != hostOf(server) {
			continue
		}
		auth := &registry.AuthConfig{ServerAddress: server, IdentityToken: entry.IdentityToken}
		decoded, err := base64.StdEncoding.DecodeString(entry.Auth)
		if err != nil {
			return nil, fmt.Errorf("registry credentials: auth of %s is not base64", name)
		}
		auth.Username, auth.Password, _ = strings.Cut(strings.TrimRight(string(decoded), "\x00"), ":")
		return auth, nil
	}
	return nil, nil
}

// hostOf reduces the forms under which docker login kept registries to the
// host: https://host/v1/, host:port.
func hostOf(server string) string {
	server = strings.TrimPrefix(strings.TrimPrefix(server, "https://"), "http://")
	host, _, _ := strings.Cut(server, "/")
	return host
}

var helperName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

// askHelper runs docker-credential-NAME get, the protocol of
// docker/docker-credential-helpers.
func askHelper(ctx context.Context, name, server string) (*registry.AuthConfig, error) {
	if !helperName.MatchString(name) {
		return nil, fmt.Errorf("registry credentials: %q is no name of a credential helper", name)
	}
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	command := exec.CommandContext(ctx, "docker-credential-"+name, "get")
	command.Stdin = strings.NewReader(server)
	out, err := command.Output()
	if err != nil {
		// The protocol's answer for "I have none" is text and exit code 1.
		if bytes.Contains(out, []byte("credentials not found")) {
			return nil, nil
		}
		return nil, fmt.Errorf("registry credentials: docker-credential-%s: %w", name, err)
	}
	var answer struct{ Username, Secret string }
	if err := json.Unmarshal(out, &answer); err != nil {
		return nil, fmt.Errorf("registry credentials: docker-credential-%s printed no JSON", name)
	}
	if answer.Username == "<token>" {
		return &registry.AuthConfig{ServerAddress: server, IdentityToken: answer.Secret}, nil
	}
	return &registry.AuthConfig{ServerAddress: server, Username: answer.Username, Password: answer.Secret}, nil
}
