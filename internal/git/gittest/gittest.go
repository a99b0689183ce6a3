// Package gittest gives tests the real git: its command, and its smart-HTTP server.
package gittest

import (
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// env keeps the machine's and the user's configuration out, and makes commits repeatable.
var env = []string{
	"GIT_CONFIG_NOSYSTEM=1",
	"GIT_CONFIG_GLOBAL=/dev/null",
	"GIT_CONFIG_COUNT=3",
	"GIT_CONFIG_KEY_0=init.defaultBranch", "GIT_CONFIG_VALUE_0=main",
	"GIT_CONFIG_KEY_1=safe.directory", "GIT_CONFIG_VALUE_1=*",
	"GIT_CONFIG_KEY_2=gc.auto", "GIT_CONFIG_VALUE_2=0",
	"GIT_AUTHOR_NAME=Ada", "GIT_AUTHOR_EMAIL=ada@example.org", "GIT_AUTHOR_DATE=2024-01-02T03:04:05Z",
	"GIT_COMMITTER_NAME=Ada", "GIT_COMMITTER_EMAIL=ada@example.org", "GIT_COMMITTER_DATE=2024-01-02T03:04:05Z",
}

// Git runs git in dir and returns what it printed, without the last newline. It
// skips the test where git is missing.
func Git(t testing.TB, dir string, args ...string) string {
	t.Helper()
	needGit(t)
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSuffix(string(out), "\n")
}

// Write writes files, by slash-separated path below dir, and makes their folders.
func Write(t testing.TB, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// Commit writes files into the work tree in dir, which it makes a repository first
// where it is none, commits everything, and returns the commit's hash.
func Commit(t testing.TB, dir string, files map[string]string) string {
	t.Helper()
	Write(t, dir, files)
	if _, err := os.Stat(filepath.Join(dir, ".git")); err != nil {
		Git(t, dir, "init", "-q")
	}
	Git(t, dir, "add", "-A")
	Git(t, dir, "commit", "-q", "--allow-empty", "-m", "a change")
	return Git(t, dir, "rev-parse", "HEAD")
}

// Serve serves the repositories below root read-only over smart HTTP, on loopback, and
// returns the URL of root. It ends with the test.
func Serve(t testing.TB, root string) string {
	t.Helper()
	server := httptest.NewServer(Handler(t, root))
	t.Cleanup(server.Close)
	return server.URL
}

// Handler is what Serve serves: git http-backend, run as a CGI program.
func Handler(t testing.TB, root string) http.Handler {
	t.Helper()
	needGit(t)
	root, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	return &cgi.Handler{
		Path: filepath.Join(Git(t, root, "--exec-path"), "git-http-backend"),
		Env:  append([]string{"GIT_PROJECT_ROOT=" + root, "GIT_HTTP_EXPORT_ALL=1", "REMOTE_USER=", "HOME=" + root}, env...),
	}
}

func needGit(t testing.TB) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
}
