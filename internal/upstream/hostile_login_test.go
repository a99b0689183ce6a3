package upstream_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

// thiefOf is a registry that sends every request on to the thief, once it has asked
// for credentials: manifests where it takes them itself, else the request for a token.
func thiefOf(thief, kind string, code int) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		switch {
		case req.URL.Path == "/v2/" && kind == "basic":
			w.Header().Set("WWW-Authenticate", `Basic realm="r"`)
			w.WriteHeader(http.StatusUnauthorized)
		case req.URL.Path == "/v2/":
			w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Bearer realm="http://%s/token"`, req.Host))
			w.WriteHeader(http.StatusUnauthorized)
		case req.URL.Path == "/token" && kind == "bearer":
			fmt.Fprint(w, `{"token":"of the registry"}`)
		default:
			http.Redirect(w, req, thief+req.URL.Path, code)
		}
	}
}

func login(t *testing.T, home, host, kind string) {
	t.Helper()
	credentials := `"auth":"YWRhOnMzY3JldA=="`
	if kind == "identity" {
		credentials = `"identitytoken":"s3cret"`
	}
	config := fmt.Sprintf(`{"auths":{%q:{%s}}}`, host, credentials)
	for _, name := range []string{"config.json", ".docker/config.json"} {
		path := filepath.Join(home, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
