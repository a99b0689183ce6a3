package git_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"coopcloud.tech/catalogue/internal/git"
	"coopcloud.tech/catalogue/internal/git/gittest"
)

// origin is a work tree with two versions, served over HTTP.
func origin(t *testing.T) (work, url string) {
	t.Helper()
	root := t.TempDir()
	work = filepath.Join(root, "app")
	gittest.Commit(t, must(t, os.MkdirAll(work, 0o755), work), map[string]string{"compose.yml": "services: {}\n"})
	gittest.Git(t, work, "tag", "-a", "1.0.0+1.0", "-m", "chore: publish 1.0.0+1.0 release")
	gittest.Commit(t, work, map[string]string{"compose.yml": "services: {app: {}}\n", "release/2.0.0+2.0": "careful\n"})
	gittest.Git(t, work, "tag", "2.0.0+2.0")
	return work, gittest.Serve(t, root) + "/app/.git"
}

func must[T any](t *testing.T, err error, value T) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func trusted(url string) git.Remote { return git.Remote{URL: url, Trusted: true} }

func mirror(t *testing.T, url, dir string) (*git.Repo, bool) {
	t.Helper()
	repo, changed, err := git.Mirror(t.Context(), trusted(url), dir)
	if err != nil {
		t.Fatal(err)
	}
	return repo, changed
}

func tagNames(t *testing.T, repo *git.Repo) []string {
	t.Helper()
	tags, err := repo.Tags()
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, tag := range tags {
		names = append(names, tag.Name)
	}
	return names
}

func TestMirrorFollowsTheRemote(t *testing.T) {
	work, url := origin(t)
	dir := filepath.Join(t.TempDir(), "mirrors", "app.git")

	repo, changed := mirror(t, url, dir)
	if !changed || !slices.Equal(tagNames(t, repo), []string{"1.0.0+1.0", "2.0.0+2.0"}) {
		t.Fatalf("first mirror: changed %v, tags %v", changed, tagNames(t, repo))
	}
	if branch, commit, err := repo.Head(); branch != "main" || commit != gittest.Git(t, work, "rev-parse", "HEAD") || err != nil {
		t.Fatalf("head: %q %q %v", branch, commit, err)
	}
	if _, changed = mirror(t, url, dir); changed {
		t.Fatal("nothing changed, but the mirror says so")
	}

	// A moved tag, a deleted one, a new one on the same commit as another, a new default branch.
	gittest.Commit(t, work, map[string]string{"README.md": "# App\n"})
	gittest.Git(t, work, "tag", "-f", "-a", "1.0.0+1.0", "-m", "moved")
	gittest.Git(t, work, "tag", "-d", "2.0.0+2.0")
	gittest.Git(t, work, "tag", "3.0.0+3.0")
	gittest.Git(t, work, "checkout", "-q", "-b", "trunk")
	repo, changed = mirror(t, url, dir)
	tags, err := repo.Tags()
	if err != nil || !changed || len(tags) != 2 || tags[0].Name != "1.0.0+1.0" || tags[1].Name != "3.0.0+3.0" {
		t.Fatalf("second mirror: changed %v, tags %v, %v", changed, tags, err)
	}
	if tags[0].Commit != tags[1].Commit || tags[0].Message != "moved\n" || tags[1].Annotated {
		t.Fatalf("tags: %+v", tags)
	}
	if branch, _, err := repo.Head(); branch != "trunk" || err != nil {
		t.Fatalf("head: %q %v", branch, err)
	}
	if gittest.Git(t, dir, "fsck", "--full", "--no-dangling") != "" {
		t.Fatal("git finds faults in the mirror")
	}
}

func TestMirrorFetchesOnlyWhatIsNew(t *testing.T) {
	work, url := origin(t)
	gittest.Commit(t, work, map[string]string{"big": noise(1 << 20)})
	dir := filepath.Join(t.TempDir(), "app.git")
	mirror(t, url, dir)
	before := sizeOf(t, dir)
	gittest.Commit(t, work, map[string]string{"small": "x"})
	mirror(t, url, dir)
	if grown := sizeOf(t, dir) - before; grown > 64<<10 {
		t.Fatalf("the second fetch added %d bytes", grown)
	}
}

func TestMirrorOfAnEmptyRemote(t *testing.T) {
	root := t.TempDir()
	gittest.Git(t, root, "init", "-q", "--bare", "empty.git")
	dir := filepath.Join(t.TempDir(), "empty.git")
	url := gittest.Serve(t, root) + "/empty.git"
	repo, changed := mirror(t, url, dir)
	if !changed || len(tagNames(t, repo)) != 0 {
		t.Fatalf("changed %v", changed)
	}
	if _, _, err := repo.Head(); !errors.Is(err, git.ErrNoCommit) {
		t.Fatalf("head: %v", err)
	}
	if _, changed = mirror(t, url, dir); changed {
		t.Fatal("nothing changed, but the mirror says so")
	}
}

func TestMirrorOfARemoteWhoseHeadIsBroken(t *testing.T) {
	work, url := origin(t)
	gittest.Git(t, work, "symbolic-ref", "HEAD", "refs/heads/gone")
	repo, _ := mirror(t, url, filepath.Join(t.TempDir(), "app.git"))
	if branch, _, err := repo.Head(); branch != "" || !errors.Is(err, git.ErrNoCommit) {
		t.Fatalf("head: %q %v", branch, err)
	}
	if len(tagNames(t, repo)) != 2 {
		t.Fatal("the tags are good all the same")
	}
}

func TestMirrorOfADetachedHead(t *testing.T) {
	work, url := origin(t)
	gittest.Git(t, work, "checkout", "-q", "--detach")
	want := gittest.Commit(t, work, map[string]string{"detached": "x"})
	repo, _ := mirror(t, url, filepath.Join(t.TempDir(), "app.git"))
	if branch, commit, err := repo.Head(); branch != "" || commit != want || err != nil {
		t.Fatalf("head: %q %q %v", branch, commit, err)
	}
}

func TestMirrorReplacesADamagedOne(t *testing.T) {
	_, url := origin(t)
	for name, damage := range map[string]func(dir string) error{
		"packed-refs": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "packed-refs"), []byte("junk\n"), 0o644)
		},
		"no objects": func(dir string) error { return os.RemoveAll(filepath.Join(dir, "objects")) },
		"no packs":   func(dir string) error { return removeAll(filepath.Join(dir, "objects/pack/*")) },
		"no HEAD":    func(dir string) error { return os.Remove(filepath.Join(dir, "HEAD")) },
		"index":      func(dir string) error { return truncate(filepath.Join(dir, "objects/pack/*.idx")) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "app.git")
			mirror(t, url, dir)
			if err := damage(dir); err != nil {
				t.Fatal(err)
			}
			repo, changed := mirror(t, url, dir)
			if !changed || len(tagNames(t, repo)) != 2 {
				t.Fatalf("changed %v, tags %v", changed, tagNames(t, repo))
			}
			onlyChild(t, dir)
		})
	}
}

func TestMirrorLeavesOtherFoldersAlone(t *testing.T) {
	_, url := origin(t)
	dir := t.TempDir()
	gittest.Write(t, dir, map[string]string{"thesis.tex": "years of work"})
	if _, _, err := git.Mirror(t.Context(), trusted(url), dir); err == nil || !strings.Contains(err.Error(), "move it away") {
		t.Fatalf("got %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "thesis.tex")); err != nil {
		t.Fatal(err)
	}
}

func TestMirrorSweepsWhatAKilledProcessLeft(t *testing.T) {
	_, url := origin(t)
	parent := t.TempDir()
	stale, fresh := filepath.Join(parent, "app.git.tmp-1"), filepath.Join(parent, "app.git.tmp-2")
	for _, dir := range []string{stale, fresh} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	long := time.Now().Add(-48 * time.Hour)
	if err := os.Chtimes(stale, long, long); err != nil {
		t.Fatal(err)
	}
	mirror(t, url, filepath.Join(parent, "app.git"))
	if _, err := os.Stat(stale); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the stale folder is still there")
	}
	if _, err := os.Stat(fresh); err != nil {
		t.Error("a folder that another process may be filling is gone")
	}
}

func TestMirrorIsCancelled(t *testing.T) {
	_, url := origin(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := git.Mirror(ctx, trusted(url), filepath.Join(t.TempDir(), "app.git")); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
}
