package swarm_test

import (
	"encoding/base64"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/docker/docker/api/types/registry"

	"coopcloud.tech/catalogue/internal/deploy/swarm"
)

// anyEngine answers pings: a client needs no more to read credentials.
func anyEngine(t *testing.T) string {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "s")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Api-Version", "1.41") })}
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	return "unix://" + socket
}

func TestCredential(t *testing.T) {
	basic := base64.StdEncoding.EncodeToString([]byte("me:pass:word"))
	helper := `#!/bin/sh
read server
case "$server" in
helped.example.com) echo '{"ServerURL":"x","Username":"helped","Secret":"s3cret"}' ;;
token.example.com) echo '{"Username":"<token>","Secret":"t0ken"}' ;;
*) echo "credentials not found in native keychain"; exit 1 ;;
esac
`
	getenv := dockerDir(t, map[string]string{
		"config.json": `{"auths":{"https://index.docker.io/v1/":{"auth":"` + basic + `"},"reg.example.com:5000":{"auth":"` + basic + `"},"broken.example.com":{"auth":"%%%"}},
			"credHelpers":{"helped.example.com":"test","token.example.com":"test","other.example.com":"test","gone.example.com":"no-such-helper","evil.example.com":"../../bin/sh"}}`,
		"bin/docker-credential-test": helper,
	})
	t.Setenv("PATH", filepath.Join(getenv("DOCKER_CONFIG"), "bin")+":"+os.Getenv("PATH"))
	client, err := swarm.Connect(t.Context(), anyEngine(t), getenv)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	for image, want := range map[string]string{
		"nginx:1":                    "me pass:word ",
		"docker.io/library/nginx":    "me pass:word ",
		"reg.example.com:5000/x/y:1": "me pass:word ",
		"reg.example.com/x/y:1":      "",
		"helped.example.com/x":       "helped s3cret ",
		"token.example.com/x":        "  t0ken",
		"other.example.com/x":        "",
		"broken.example.com/x":       "error: auth of broken.example.com is not base64",
		"gone.example.com/x":         "error: docker-credential-no-such-helper",
		"evil.example.com/x":         "error: is no name of a credential helper",
		"Not An Image":               "error: image",
	} {
		encoded, err := client.Credential(t.Context(), image)
		if words, wantErr := strings.CutPrefix(want, "error: "); wantErr {
			if err == nil || !strings.Contains(err.Error(), words) {
				t.Errorf("%s: %v, want %q", image, err, words)
			}
			continue
		}
		got := ""
		if encoded != "" {
			auth, decodeErr := registry.DecodeAuthConfig(encoded)
			if decodeErr != nil {
				t.Fatal(decodeErr)
			}
			got = auth.Username + " " + auth.Password + " " + auth.IdentityToken
		}
		if err != nil || got != want {
			t.Errorf("%s: %q, want %q (%v)", image, got, want, err)
		}
	}
}
