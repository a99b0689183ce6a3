package git_test

import (
	"errors"
	"testing"

	"coopcloud.tech/catalogue/internal/git"
	"coopcloud.tech/catalogue/internal/git/gittest"
)

// Every revision stands for the commit that git itself says.
func TestResolve(t *testing.T) {
	work := t.TempDir()
	first := gittest.Commit(t, work, map[string]string{"a": "1"})
	gittest.Git(t, work, "tag", "1.0.0+1")
	second := gittest.Commit(t, work, map[string]string{"a": "2"})
	gittest.Git(t, work, "tag", "-a", "-m", "release", "2.0.0+2")
	gittest.Git(t, work, "tag", "-a", "-m", "a tag of a tag", "again", "2.0.0+2")
	gittest.Git(t, work, "branch", "feature/x")
	gittest.Git(t, work, "update-ref", "refs/remotes/origin/main", first)
	third := gittest.Commit(t, work, map[string]string{"a": "3"})
	repo := open(t, work)
	for _, revision := range []string{
		"HEAD", "main", "refs/heads/main", "heads/main", "origin/main", "feature/x", "1.0.0+1", "2.0.0+2", "again",
		"HEAD~1", "HEAD~", "HEAD^", "HEAD^^", "HEAD~2", "HEAD^~1", "again~0", first, second[:7], third[:12] + "~2", third[:11],
	} {
		want := gittest.Git(t, work, "rev-parse", revision+"^{commit}")
		got, date, err := repo.Resolve(revision)
		if got != want || err != nil || date.IsZero() {
			t.Errorf("%s: got %s, %v, %v; want %s", revision, got, date, err, want)
		}
	}
	for _, revision := range []string{
		"", "nothing", "HEAD~3", "HEAD~99999999999999999999", "~", "^", "../config", "main..HEAD", "abc", "ffffffff", "0000000000000000000000000000000000000000", "HEAD^2", "-x", "a b",
	} {
		if got, _, err := repo.Resolve(revision); err == nil {
			t.Errorf("%q stands for %s", revision, got)
		}
	}
	if _, _, err := repo.Resolve("nothing"); !errors.Is(err, git.ErrNoRevision) {
		t.Errorf("got %v, want ErrNoRevision", err)
	}
}

func TestShallow(t *testing.T) {
	work, _ := origin(t)
	root := t.TempDir()
	gittest.Git(t, root, "clone", "-q", "--depth=1", "file://"+work, "shallow")
	for dir, want := range map[string]bool{work: false, root + "/shallow": true} {
		if got, err := open(t, dir).Shallow(); got != want || err != nil {
			t.Errorf("%s: %v, %v; want %v", dir, got, err, want)
		}
	}
	if _, _, err := open(t, root+"/shallow").Resolve("HEAD~1"); !errors.Is(err, git.ErrNoRevision) {
		t.Errorf("a commit that the clone lacks: %v", err)
	}
}
