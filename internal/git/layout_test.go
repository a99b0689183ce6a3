package git_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"coopcloud.tech/catalogue/internal/git"
	"coopcloud.tech/catalogue/internal/git/gittest"
)

// TestPipesAreNotWaitedFor holds that a named pipe in place of any file of a
// repository is an error or nothing, and never waited for.
func TestPipesAreNotWaitedFor(t *testing.T) {
	for _, name := range []string{"HEAD", "config", "packed-refs", "refs/heads/main", "objects/info/alternates", "index", "shallow"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			gittest.Git(t, dir, "init", "-q", "-b", "main")
			gittest.Git(t, dir, "-c", "user.name=Ada", "-c", "user.email=ada@example.org", "commit", "-q", "--allow-empty", "-m", "first")
			path := filepath.Join(dir, ".git", filepath.FromSlash(name))
			if err := os.RemoveAll(path); err != nil {
				t.Fatal(err)
			}
			if err := syscall.Mkfifo(path, 0o600); err != nil {
				t.Fatal(err)
			}
			done := make(chan struct{})
			go func() {
				defer close(done)
				readEverything(dir)
			}()
			select {
			case <-done:
			case <-time.After(20 * time.Second):
				t.Fatal("still waiting for the pipe")
			}
		})
	}
}

func readEverything(dir string) {
	repo, err := git.Open(dir)
	if err != nil {
		return
	}
	_, _ = repo.Tags()
	if _, commit, err := repo.Head(); err == nil {
		_, _ = repo.Tree(commit)
	}
	_, _ = repo.Shallow()
}
