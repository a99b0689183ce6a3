package git_test

import (
	"slices"
	"testing"

	"coopcloud.tech/catalogue/internal/git"
	"coopcloud.tech/catalogue/internal/git/gittest"
)

// The nearest tags behind a commit, never those of another branch.
func TestDescribe(t *testing.T) {
	work := t.TempDir()
	first := gittest.Commit(t, work, map[string]string{"a": "1"})
	gittest.Git(t, work, "tag", "1.0.0+1")
	gittest.Git(t, work, "checkout", "-q", "-b", "side")
	side := gittest.Commit(t, work, map[string]string{"b": "1"})
	gittest.Git(t, work, "tag", "-a", "-m", "release", "9.0.0+9")
	gittest.Git(t, work, "checkout", "-q", "main")
	second := gittest.Commit(t, work, map[string]string{"a": "2"})
	gittest.Git(t, work, "tag", "-a", "-m", "release", "2.0.0+2")
	gittest.Git(t, work, "tag", "again")
	third := gittest.Commit(t, work, map[string]string{"a": "3"})
	gittest.Git(t, work, "merge", "-q", "--no-ff", "-m", "merge", "side")
	merged := gittest.Git(t, work, "rev-parse", "HEAD")

	for _, test := range []struct {
		commit string
		want   []string
	}{
		{first, []string{"1.0.0+1"}},
		{side, []string{"9.0.0+9"}},
		{second, []string{"2.0.0+2", "again"}},
		{third, []string{"2.0.0+2", "again"}},
	} {
		if got := described(t, work, test.commit); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", test.commit, got, test.want)
		}
	}
	if got := described(t, work, merged); len(got) == 0 {
		t.Error("behind a merge: no tag")
	}
	if got, err := open(t, work).Describe(third, nil); got != nil || err != nil {
		t.Errorf("without tags: %v, %v", got, err)
	}
	if _, err := open(t, work).Describe("HEAD", nil); err == nil {
		t.Error("HEAD is no hash")
	}
}

// In a shallow clone the tags may be there and the way to them not.
func TestDescribeShallow(t *testing.T) {
	work, root := t.TempDir(), t.TempDir()
	gittest.Commit(t, work, map[string]string{"a": "1"})
	gittest.Git(t, work, "tag", "1.0.0+1")
	gittest.Commit(t, work, map[string]string{"a": "2"})
	head := gittest.Commit(t, work, map[string]string{"a": "3"})
	gittest.Git(t, root, "clone", "-q", "--depth=1", "file://"+work, "shallow")
	gittest.Git(t, root+"/shallow", "fetch", "-q", "--depth=1", "origin", "tag", "1.0.0+1")
	if got := described(t, root+"/shallow", head); got != nil {
		t.Errorf("got %v, want none", got)
	}
}

func described(t *testing.T, dir, commit string) []string {
	t.Helper()
	repo := open(t, dir)
	tags, err := repo.Tags()
	if err != nil {
		t.Fatal(err)
	}
	found, err := repo.Describe(commit, tags)
	if err != nil {
		t.Fatal(err)
	}
	return names(found)
}

func names(tags []git.Tag) []string {
	var names []string
	for _, tag := range tags {
		names = append(names, tag.Name)
	}
	return names
}
