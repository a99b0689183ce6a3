package git_test

import (
	"errors"
	"maps"
	"path/filepath"
	"strings"
	"testing"

	"coopcloud.tech/catalogue/internal/git"
	"coopcloud.tech/catalogue/internal/git/gittest"
)

// What a server lists is what a mirror of it holds, also when a tag was moved.
func TestRemoteTags(t *testing.T) {
	work, url := origin(t)
	for range 2 {
		listed, err := git.RemoteTags(t.Context(), trusted(url))
		if err != nil {
			t.Fatal(err)
		}
		repo, _ := mirror(t, url, filepath.Join(t.TempDir(), "app.git"))
		tags, err := repo.Tags()
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]git.RemoteTag{}
		for _, tag := range tags {
			want[tag.Name] = git.RemoteTag{Object: tag.Object, Commit: tag.Commit}
		}
		if len(want) != 2 || want["1.0.0+1.0"].Object == "" || want["2.0.0+2.0"].Object != "" || !maps.Equal(listed, want) {
			t.Errorf("got %v, want %v", listed, want)
		}
		gittest.Git(t, work, "tag", "-f", "-a", "1.0.0+1.0", "-m", "moved", "2.0.0+2.0")
	}
}

func TestRemoteTagsAreBounded(t *testing.T) {
	_, url := origin(t)
	remote := trusted(url)
	remote.Limits.Refs = 1
	if tags, err := git.RemoteTags(t.Context(), remote); !errors.Is(err, git.ErrTooLarge) {
		t.Errorf("%v, %v", tags, err)
	}
	if tags, err := git.RemoteTags(t.Context(), git.Remote{URL: url}); !errors.Is(err, git.ErrRefused) {
		t.Errorf("a URL that nobody typed: %v, %v", tags, err)
	}
	if _, err := git.RemoteTags(t.Context(), trusted(strings.Replace(url, "app", "none", 1))); !errors.Is(err, git.ErrNotFound) {
		t.Error(err)
	}
}
