package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// In CI the linter runs as some user who owns nothing, on a checkout that cannot
// be written, with no environment, no terminal and no network. It judges all the
// same, git tags included, and leaves nothing behind.
func TestSandbox(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can become another user")
	}
	dir := openDir(t)
	binary := filepath.Join(dir, "recipe-lint")
	command(t, "", "go", "build", "-o", binary, ".")
	tree := checkout(t, dir)

	cmd := exec.Command(binary, "--format", "json", "--fail-level", "info")
	var out, complaints bytes.Buffer
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = tree, []string{}, &out, &complaints
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Credential: &syscall.Credential{Uid: 65532, Gid: 65532},
		Cloneflags: syscall.CLONE_NEWNET, // no network, not even loopback
	}
	err := cmd.Run()
	if errors.Is(err, syscall.EPERM) {
		t.Skip("no right to make a network namespace")
	}
	if code := cmd.ProcessState.ExitCode(); code != 1 || complaints.Len() > 0 {
		t.Errorf("exit code %d, %v: %s", code, err, &complaints)
	}
	for _, want := range []string{`"rule":"R009"`, `"rule":"R014"`, `"path":"compose.yml"`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %s in\n%s", want, &out)
		}
	}
}

// openDir is a temporary folder that other users can reach.
func openDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "recipe-lint-sandbox-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// checkout is a repository with a lightweight tag, owned by root and read-only.
func checkout(t *testing.T, dir string) string {
	t.Helper()
	tree := filepath.Join(dir, "recipe")
	if err := os.Mkdir(tree, 0o755); err != nil {
		t.Fatal(err)
	}
	compose := "version: \"3.8\"\nservices:\n  web:\n    image: nginx:1.27.3\n"
	if err := os.WriteFile(filepath.Join(tree, "compose.yml"), []byte(compose), 0o644); err != nil {
		t.Fatal(err)
	}
	command(t, tree, "git", "init", "-q")
	command(t, tree, "git", "add", ".")
	command(t, tree, "git", "-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false", "commit", "-qm", "one")
	command(t, tree, "git", "tag", "0.1.0+1.27.3")
	err := filepath.WalkDir(tree, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return os.Chmod(path, 0o555)
		}
		return os.Chmod(path, 0o444)
	})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func command(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
}
