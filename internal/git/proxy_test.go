package git_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"coopcloud.tech/catalogue/internal/git"
)

// TestProxy runs itself again, since Go reads the proxy's environment once a process.
func TestProxy(t *testing.T) {
	if os.Getenv("HTTPS_PROXY") == "http://"+os.Getenv("TEST_PROXY") && os.Getenv("TEST_PROXY") != "" {
		for _, url := range []string{"https://git.example.org/app", "https://10.0.0.1/app", "http://git.example.org/app"} {
			_, _, _ = git.Mirror(t.Context(), git.Remote{URL: url}, filepath.Join(t.TempDir(), "app.git"))
		}
		return
	}
	var mu sync.Mutex
	var asked []string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		asked = append(asked, r.Method+" "+r.Host)
		w.WriteHeader(http.StatusBadGateway)
	}))
	defer proxy.Close()
	child := exec.Command(os.Args[0], "-test.run=^TestProxy$")
	host := proxy.Listener.Addr().String()
	child.Env = append(os.Environ(), "TEST_PROXY="+host, "HTTPS_PROXY=http://"+host, "HTTP_PROXY=http://"+host, "NO_PROXY=")
	if out, err := child.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if want := []string{"CONNECT git.example.org:443"}; !slices.Equal(asked, want) {
		t.Fatalf("the proxy was asked for %v, want %v", asked, want)
	}
}
