package git_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"coopcloud.tech/catalogue/internal/git"
	"coopcloud.tech/catalogue/internal/git/gittest"
)

func ada(name string) string {
	return map[string]string{"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org"}[name]
}

// work is a work tree with a few files in folders.
func work(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	gittest.Commit(t, dir, map[string]string{
		"compose.yml": "services: {}\n", "a.txt": "a", "z/deep/er.txt": "deep", "release/next": "note\n", "a-b": "x", "a/b": "y",
	})
	return dir
}

func saver(t *testing.T, dir string) *git.Saver {
	t.Helper()
	repo, err := git.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	s, err := repo.NewSaver(ada)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The real git finds a clean work tree, the right files, an annotated tag, and
// nothing to complain about.
func TestSave(t *testing.T) {
	dir := work(t)
	gittest.Git(t, dir, "pack-refs", "--all") // the branch is in packed-refs alone
	s := saver(t, dir)
	files := map[string][]byte{
		"compose.yml": []byte("services: {app: {}}\n"), "release/next": nil, "release/1.0.0+2.3": []byte("note\n"),
		"new/folder/file": []byte("new"), "z/deep/er.txt": nil,
	}
	for file, data := range files {
		path := filepath.Join(dir, file)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.RemoveAll(path)); err != nil {
			t.Fatal(err)
		}
		if data != nil {
			if err := os.WriteFile(path, data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := s.TagFree("1.0.0+2.3"); err != nil {
		t.Fatal(err)
	}
	commit, err := s.Save(files, "chore: publish 1.0.0+2.3 release", "1.0.0+2.3", time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ want, args string }{
		{"", "status --porcelain"},
		{commit, "rev-parse main"},
		{"tag", "cat-file -t 1.0.0+2.3"},
		{commit, "rev-parse 1.0.0+2.3^{commit}"},
		{"Ada ada@example.org 2026-01-02T03:04:05+00:00 chore: publish 1.0.0+2.3 release", "log -1 --format=%an#%ae#%aI#%s"},
		{"D\trelease/next", "show --name-status --format= --diff-filter=D -- release/next"},
		{"a-b\na.txt\na\ncompose.yml\nnew\nrelease", "ls-tree --name-only HEAD"},
		{"", "fsck --strict --no-dangling"},
	} {
		got := strings.TrimSpace(gittest.Git(t, dir, strings.Fields(c.args)...))
		if strings.ReplaceAll(got, "#", " ") != c.want {
			t.Errorf("git %s: %q, want %q", c.args, got, c.want)
		}
	}
	if err := s.TagFree("1.0.0+2.3"); err == nil {
		t.Error("the tag is said to be free")
	}
	if err := s.TagFree("a..b"); err == nil {
		t.Error("a..b is a name for a tag")
	}
}

// What stands in the way of a commit is said before anything is changed.
func TestNewSaverRefuses(t *testing.T) {
	for _, c := range []struct {
		name, want string
		change     func(dir string)
	}{
		{"modified", `"a.txt"`, func(dir string) { gittest.Write(t, dir, map[string]string{"a.txt": "b"}) }},
		{"removed", `"a.txt"`, func(dir string) { os.Remove(filepath.Join(dir, "a.txt")) }},
		{"staged", `"a.txt"`, func(dir string) {
			gittest.Write(t, dir, map[string]string{"a.txt": "b"})
			gittest.Git(t, dir, "add", "a.txt")
			gittest.Write(t, dir, map[string]string{"a.txt": "a"})
		}},
		{"staged alone", `"a.txt"`, func(dir string) {
			gittest.Write(t, dir, map[string]string{"a.txt": "b"})
			gittest.Git(t, dir, "add", "a.txt")
		}},
		{"racily modified", `"a.txt"`, func(dir string) { // within the tick in which git wrote its index
			info, err := os.Stat(filepath.Join(dir, "a.txt"))
			if err != nil {
				t.Fatal(err)
			}
			gittest.Write(t, dir, map[string]string{"a.txt": "b"})
			for _, file := range []string{"a.txt", ".git/index"} {
				if err := os.Chtimes(filepath.Join(dir, file), info.ModTime(), info.ModTime()); err != nil {
					t.Fatal(err)
				}
			}
		}},
		{"added", `"n.txt"`, func(dir string) {
			gittest.Write(t, dir, map[string]string{"n.txt": "n"})
			gittest.Git(t, dir, "add", "n.txt")
		}},
		{"unstaged", `"a.txt"`, func(dir string) { gittest.Git(t, dir, "rm", "-q", "--cached", "a.txt") }},
		{"a link", `"a.txt"`, func(dir string) {
			os.Remove(filepath.Join(dir, "a.txt"))
			if err := os.Symlink("a", filepath.Join(dir, "a.txt")); err != nil {
				t.Fatal(err)
			}
		}},
		{"detached", "HEAD is on no branch", func(dir string) { gittest.Git(t, dir, "checkout", "-q", "--detach") }},
		{"merging", "MERGE_HEAD", func(dir string) { gittest.Write(t, dir, map[string]string{".git/MERGE_HEAD": ""}) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := work(t)
			c.change(dir)
			repo, err := git.Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := repo.NewSaver(ada); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// Untracked files, touched files, and files that git filters are no changes.
func TestNewSaverAccepts(t *testing.T) {
	dir := work(t)
	gittest.Write(t, dir, map[string]string{"untracked": "x"})
	if err := os.Chtimes(filepath.Join(dir, "a.txt"), time.Now(), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	gittest.Git(t, dir, "config", "core.autocrlf", "true")
	os.Remove(filepath.Join(dir, "compose.yml"))
	gittest.Git(t, dir, "checkout", "-q", "--", "compose.yml")
	if err := os.Chtimes(filepath.Join(dir, ".git/index"), time.Now(), time.Now().Add(time.Hour)); err != nil { // as git would find it a second later
		t.Fatal(err)
	}
	s := saver(t, dir)
	data, err := os.ReadFile(filepath.Join(dir, "compose.yml"))
	if err != nil || string(data) != "services: {}\r\n" {
		t.Fatalf("git filters nothing: %q, %v", data, err)
	}
	for file, before := range map[string][]byte{"compose.yml": data, "untracked": []byte("x")} {
		if err := s.Check(file, before); err == nil {
			t.Errorf("%s may be committed", file)
		}
	}
	if err := errors.Join(s.Check("a.txt", []byte("a")), s.Check("new", nil)); err != nil {
		t.Error(err)
	}
}

// Another git at work, or one that was faster, is not overrun.
func TestSaveYields(t *testing.T) {
	dir := work(t)
	s := saver(t, dir)
	gittest.Write(t, dir, map[string]string{".git/index.lock": "", "a.txt": "b"})
	files := map[string][]byte{"a.txt": []byte("b")}
	if _, err := s.Save(files, "m", "", time.Now()); err == nil || !strings.Contains(err.Error(), "another git") {
		t.Errorf("the index is locked: %v", err)
	}
	os.Remove(filepath.Join(dir, ".git/index.lock"))
	gittest.Git(t, dir, "commit", "-q", "--allow-empty", "-m", "faster")
	if _, err := s.Save(files, "m", "", time.Now()); err == nil || !strings.Contains(err.Error(), "has moved meanwhile") {
		t.Errorf("the branch has moved: %v", err)
	}
	if got := gittest.Git(t, dir, "status", "--porcelain"); strings.TrimSpace(got) != "M a.txt" {
		t.Errorf("status %q", got)
	}
}

func TestIdentity(t *testing.T) {
	dir, home := work(t), t.TempDir()
	repo, err := git.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	env := func(name string) string { return map[string]string{"HOME": home}[name] }
	if _, err := repo.NewSaver(env); !errors.Is(err, git.ErrNoIdentity) {
		t.Errorf("nobody is known: %v", err)
	}
	gittest.Write(t, home, map[string]string{".gitconfig": "[user]\n\tname = Bob\n\temail = bob@example.org\n"})
	gittest.Git(t, dir, "config", "user.email", "work@example.org")
	s, err := repo.NewSaver(env)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Save(map[string][]byte{"a.txt": []byte("a")}, "m", "", time.Now()); err != nil {
		t.Fatal(err)
	}
	if got := gittest.Git(t, dir, "log", "-1", "--format=%cn %ce"); got != "Bob work@example.org" {
		t.Errorf("committed by %s", got)
	}
}
