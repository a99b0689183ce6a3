package git_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"coopcloud.tech/catalogue/internal/git"
	"coopcloud.tech/catalogue/internal/git/gittest"
)

func open(t *testing.T, dir string) *git.Repo {
	t.Helper()
	repo, err := git.Open(dir)
	return must(t, err, repo)
}

func TestOpenWritesNothing(t *testing.T) {
	work, _ := origin(t)
	before := snapshot(t, work)
	repo := open(t, work)
	_, head, err := repo.Head()
	if err != nil {
		t.Fatal(err)
	}
	tagNames(t, repo)
	files, err := repo.Tree(head)
	if err != nil {
		t.Fatal(err)
	}
	readAll(t, files)
	if snapshot(t, work) != before {
		t.Fatal("reading wrote something")
	}
}

func TestOpenKinds(t *testing.T) {
	work, _ := origin(t)
	root := t.TempDir()
	gittest.Git(t, root, "clone", "-q", "--bare", work, "bare.git")
	gittest.Git(t, root, "clone", "-q", "--shared", work, "shared")
	gittest.Git(t, root, "clone", "-q", "--depth=1", "file://"+work, "shallow")
	gittest.Git(t, work, "worktree", "add", "-q", filepath.Join(root, "linked"))
	gittest.Git(t, root, "clone", "-q", work, "packed")
	gittest.Git(t, filepath.Join(root, "packed"), "gc", "-q")
	gittest.Git(t, root, "clone", "-q", work, "partial")
	gittest.Git(t, filepath.Join(root, "partial"), "config", "core.repositoryFormatVersion", "1")
	gittest.Git(t, filepath.Join(root, "partial"), "config", "extensions.partialClone", "origin")
	for name, tags := range map[string]int{"bare.git": 2, "shared": 2, "shallow": 1, "linked": 2, "packed": 2, "partial": 2} {
		t.Run(name, func(t *testing.T) {
			repo := open(t, filepath.Join(root, name))
			if got := tagNames(t, repo); len(got) != tags {
				t.Errorf("tags %v", got)
			}
			_, head, err := repo.Head()
			if err != nil {
				t.Fatal(err)
			}
			files, err := repo.Tree(head)
			if err != nil {
				t.Fatal(err)
			}
			if got := readAll(t, files); got["compose.yml"] != "services: {app: {}}\n" {
				t.Errorf("read %v", got)
			}
		})
	}
}

func TestOpenRefuses(t *testing.T) {
	root := t.TempDir()
	gittest.Write(t, root, map[string]string{
		"plain/compose.yml": "x", "pipe/compose.yml": "x", "file": "x", "gitfile/.git": "not a pointer", "dangling/.git": "gitdir: ../nowhere",
		"emptygit/.git/x": "", "badconfig/.git/HEAD": "ref: refs/heads/main", "badconfig/.git/objects/x": "", "badconfig/.git/config": "[[[",
	})
	if err := syscall.Mkfifo(filepath.Join(root, "pipe", ".git"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, none := range []string{"plain", "pipe", "file", "gitfile", "emptygit", "gone"} {
		if _, err := git.Open(filepath.Join(root, none)); !errors.Is(err, git.ErrNoRepo) {
			t.Errorf("%s: %v", none, err)
		}
	}
	if _, err := git.Open(filepath.Join(root, "dangling")); err == nil || errors.Is(err, git.ErrNoRepo) || !strings.Contains(err.Error(), "nowhere, which is not there") {
		t.Errorf("dangling: %v", err)
	}
	if _, err := git.Open(filepath.Join(root, "badconfig")); err == nil || errors.Is(err, git.ErrNoRepo) {
		t.Errorf("badconfig: %v", err)
	}
	gittest.Git(t, root, "init", "-q", "--object-format=sha256", "sha256")
	if _, err := git.Open(filepath.Join(root, "sha256")); err == nil || !strings.Contains(err.Error(), "sha256") {
		t.Errorf("sha256: %v", err)
	}
}

func TestFind(t *testing.T) {
	work, _ := origin(t)
	gittest.Write(t, work, map[string]string{"recipes/app/compose.yml": "x"})
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(filepath.Join(work, "recipes"), link); err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]string{
		work: ".", filepath.Join(work, "recipes", "app"): "recipes/app", filepath.Join(link, "app"): "recipes/app",
	} {
		repo, prefix, err := git.Find(dir)
		if err != nil || prefix != want || len(tagNames(t, repo)) != 2 {
			t.Errorf("%s: %q %v", dir, prefix, err)
		}
	}
	if _, _, err := git.Find(t.TempDir()); !errors.Is(err, git.ErrNoRepo) {
		t.Errorf("got %v", err)
	}
	if _, _, err := git.Find(filepath.Join(work, "gone")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestHeads(t *testing.T) {
	work, _ := origin(t)
	last := gittest.Git(t, work, "rev-parse", "HEAD")
	repo := open(t, work)
	for _, test := range []struct {
		git            []string
		branch, commit string
	}{
		{[]string{"symbolic-ref", "HEAD", "refs/heads/gone"}, "gone", ""},
		{[]string{"symbolic-ref", "HEAD", "refs/heads/feature/x"}, "feature/x", ""},
		{[]string{"symbolic-ref", "HEAD", "refs/heads/main"}, "main", last},
		{[]string{"checkout", "-q", "--detach"}, "", last},
	} {
		gittest.Git(t, work, test.git...)
		branch, commit, err := repo.Head()
		if branch != test.branch || commit != test.commit || (commit == "") != errors.Is(err, git.ErrNoCommit) {
			t.Errorf("%v: %q %q %v", test.git, branch, commit, err)
		}
	}
	for _, junk := range []string{"", "junk", "ref: ../../etc/passwd", "ref: refs/heads/\x01", "ref: HEAD", strings.Repeat("1", 40)} {
		gittest.Write(t, work, map[string]string{".git/HEAD": junk})
		if _, commit, err := repo.Head(); err == nil || commit != "" {
			t.Errorf("HEAD %q: %q %v", junk, commit, err)
		}
	}
}

func TestTags(t *testing.T) {
	work, _ := origin(t)
	first := gittest.Git(t, work, "rev-parse", "1.0.0+1.0^{commit}")
	gittest.Git(t, work, "tag", "same", first)
	gittest.Git(t, work, "tag", "-a", "nested", "-m", "a tag of a tag", "1.0.0+1.0")
	gittest.Git(t, work, "tag", "tree", "HEAD^{tree}")
	gittest.Git(t, work, "tag", "-a", "blob", "-m", "x", "HEAD:compose.yml")
	gittest.Git(t, work, "symbolic-ref", "refs/tags/alias", "refs/tags/1.0.0+1.0")
	message := filepath.Join(t.TempDir(), "message")
	gittest.Write(t, filepath.Dir(message), map[string]string{"message": strings.Repeat("ä", 100_000)})
	gittest.Git(t, work, "tag", "-a", "long", "-F", message)
	hostile := "\x1b[2J\u202e"
	gittest.Write(t, work, map[string]string{".git/refs/tags/" + hostile: first + "\n"})

	tags, err := open(t, work).Tags()
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]git.Tag{}
	for _, tag := range tags {
		byName[tag.Name] = tag
	}
	want := []string{hostile, "1.0.0+1.0", "2.0.0+2.0", "alias", "long", "nested", "same"}
	if !slices.Equal(tagNames(t, open(t, work)), want) {
		t.Fatalf("tags %q", tagNames(t, open(t, work)))
	}
	annotated := byName["1.0.0+1.0"]
	if !annotated.Annotated || annotated.Commit != first || annotated.Object != gittest.Git(t, work, "rev-parse", "1.0.0+1.0") ||
		annotated.Tree != gittest.Git(t, work, "rev-parse", first+"^{tree}") || annotated.Message != "chore: publish 1.0.0+1.0 release\n" ||
		!annotated.Date.Equal(time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)) {
		t.Errorf("annotated: %+v", annotated)
	}
	if light := byName["2.0.0+2.0"]; light.Annotated || light.Object != "" || light.Message != "a change\n" || light.Date.Year() != 2024 {
		t.Errorf("lightweight: %+v", light)
	}
	if nested := byName["nested"]; !nested.Annotated || nested.Commit != first || nested.Message != "a tag of a tag\n" {
		t.Errorf("nested: %+v", nested)
	}
	if byName["same"].Commit != first || byName["alias"].Commit != first || byName[hostile].Commit != first {
		t.Error("tags of one commit differ")
	}
	if long := byName["long"].Message; len(long) > 64<<10 || len(long) < 60<<10 {
		t.Errorf("a message of %d bytes is kept", len(long))
	}
}

func TestADamagedTagDoesNotHideTheOthers(t *testing.T) {
	work, _ := origin(t)
	object := gittest.Git(t, work, "rev-parse", "1.0.0+1.0")
	file := filepath.Join(work, ".git", "objects", object[:2], object[2:])
	for name, damage := range map[string]func() error{ // in any order: each leaves that one tag broken
		"overwritten": func() error {
			_ = os.Chmod(file, 0o644)
			return os.WriteFile(file, []byte("junk"), 0o644)
		},
		"missing":      func() error { return os.RemoveAll(file) },
		"an empty ref": func() error { return os.Truncate(filepath.Join(work, ".git/refs/tags/1.0.0+1.0"), 0) },
		"a ref that is junk": func() error {
			return os.WriteFile(filepath.Join(work, ".git/refs/tags/1.0.0+1.0"), []byte("ref: ../../config"), 0o644)
		},
	} {
		if err := damage(); err != nil {
			t.Fatal(err)
		}
		tags, err := open(t, work).Tags()
		if err == nil || !strings.Contains(err.Error(), "1.0.0+1.0") || len(tags) != 1 || tags[0].Name != "2.0.0+2.0" {
			t.Errorf("%s: %v, %v", name, tags, err)
		}
	}
}

func TestARepoThatIsJunk(t *testing.T) {
	work, _ := origin(t)
	gittest.Git(t, work, "gc", "-q")
	if err := truncate(filepath.Join(work, ".git/objects/pack/*")); err != nil {
		t.Fatal(err)
	}
	repo := open(t, work)
	if _, _, err := repo.Head(); err == nil {
		t.Error("a HEAD without objects is taken")
	}
	if tags, err := repo.Tags(); err == nil || len(tags) != 0 {
		t.Errorf("tags %v, %v", tags, err)
	}
	for _, hash := range []string{"", "main", strings.Repeat("1", 40), strings.Repeat("z", 40)} {
		if _, err := repo.Tree(hash); err == nil {
			t.Errorf("tree of %q", hash)
		}
	}
}

// Git stores any number as a date, and any offset.
func TestTagsWithImpossibleDates(t *testing.T) {
	work, _ := origin(t)
	head := gittest.Git(t, work, "rev-parse", "HEAD")
	for name, date := range map[string]string{"far": "99999999999999 +0000", "past": "-99999999999999 +0000", "offset": "1700000000 +9959"} {
		gittest.Write(t, work, map[string]string{"../object": "object " + head + "\ntype commit\ntag " + name + "\ntagger a <a@example.org> " + date + "\n\nm\n"})
		hash := gittest.Git(t, work, "hash-object", "-t", "tag", "-w", "--literally", "../object")
		gittest.Git(t, work, "update-ref", "refs/tags/"+name, hash)
	}
	tags, err := open(t, work).Tags()
	if err != nil || len(tags) != 5 {
		t.Fatalf("%d tags, %v", len(tags), err)
	}
	for _, tag := range tags {
		if _, err := json.Marshal(tag); err != nil {
			t.Errorf("%s: %v", tag.Name, err)
		}
		if tag.Name == "offset" && tag.Date.Unix() != 1700000000 || tag.Name == "far" && !tag.Date.IsZero() {
			t.Errorf("%s: date %s", tag.Name, tag.Date)
		}
	}
}
