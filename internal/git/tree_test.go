package git_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"coopcloud.tech/catalogue/internal/git"
	"coopcloud.tech/catalogue/internal/git/gittest"
)

// readAll reads every file, by path.
func readAll(t *testing.T, files fs.FS) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := fs.ReadFile(files, path)
		all[path] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// headTree is the tree of a new commit with the given files.
func headTree(t *testing.T, files map[string]string, more func(work string)) fs.FS {
	t.Helper()
	work := t.TempDir()
	gittest.Write(t, work, files)
	if more != nil {
		more(work)
	}
	commit := gittest.Commit(t, work, nil)
	tree, err := open(t, work).Tree(commit)
	return must(t, err, tree)
}

func TestTreeIsAFileSystem(t *testing.T) {
	tree := headTree(t, map[string]string{
		"compose.yml": "services: {}\n", "empty": "", "release/1.0.0+1.0": "notes\n", "a/b/c/deep": "x", "a.b": "x", "a-b": "x",
		"big": strings.Repeat("0123456789abcdef", 1<<17), "noise": noise(2 << 20), "name with blanks ä": "x",
	}, func(work string) {
		gittest.Write(t, work, map[string]string{"run.sh": "#!/bin/sh\n"})
		if err := os.Chmod(filepath.Join(work, "run.sh"), 0o755); err != nil {
			t.Fatal(err)
		}
	})
	if err := fstest.TestFS(tree, "compose.yml", "empty", "release/1.0.0+1.0", "a/b/c/deep", "a.b", "big", "noise", "run.sh", "name with blanks ä"); err != nil {
		t.Fatal(err)
	}
	if info, err := fs.Stat(tree, "run.sh"); err != nil || info.Mode() != 0o555 || info.ModTime().Year() != 2024 {
		t.Fatalf("%v %v", info, err)
	}
	if info, err := fs.Stat(tree, "big"); err != nil || info.Size() != 2<<20 {
		t.Fatalf("%v %v", info, err)
	}
}

func TestTreeOfAPackedRepo(t *testing.T) {
	work := t.TempDir()
	text := noise(50_000) // versions of it become deltas
	for i := range 5 {
		gittest.Commit(t, work, map[string]string{"compose.yml": text + strings.Repeat("x", i)})
	}
	gittest.Git(t, work, "gc", "-q", "--aggressive")
	repo := open(t, work)
	for i := range 5 {
		tree, err := repo.Tree(gittest.Git(t, work, "rev-parse", "HEAD~"+string(rune('0'+i))))
		if err != nil {
			t.Fatal(err)
		}
		if err := fstest.TestFS(tree, "compose.yml"); err != nil {
			t.Fatal(err)
		}
		if info, err := fs.Stat(tree, "compose.yml"); err != nil || info.Size() != int64(50_000+4-i) {
			t.Fatalf("%v %v", info, err)
		}
	}
}

func TestTreeFollowsNothing(t *testing.T) {
	tree := headTree(t, map[string]string{"dir/file": "x"}, func(work string) {
		for link, target := range map[string]string{"absolute": "/etc/passwd", "outside": "../../../etc/passwd", "inside": "dir/file", "folder": "dir"} {
			if err := os.Symlink(target, filepath.Join(work, link)); err != nil {
				t.Fatal(err)
			}
		}
		sub := filepath.Join(work, "submodule")
		gittest.Commit(t, must(t, os.Mkdir(sub, 0o755), sub), map[string]string{"compose.yml": "x"})
	})
	for _, link := range []string{"absolute", "outside", "inside", "folder"} {
		info, err := fs.Lstat(tree, link)
		if err != nil || info.Mode().Type() != fs.ModeSymlink {
			t.Errorf("%s: %v %v", link, info, err)
		}
		if _, err := tree.Open(link); err == nil {
			t.Errorf("%s was opened", link)
		}
		if data, err := fs.ReadFile(tree, link); err == nil {
			t.Errorf("%s was read: %q", link, data)
		}
	}
	if target, err := fs.ReadLink(tree, "outside"); err != nil || target != "../../../etc/passwd" {
		t.Errorf("%q %v", target, err)
	}
	if _, err := fs.ReadLink(tree, "dir/file"); err == nil {
		t.Error("a file is read as a link")
	}
	if _, err := fs.ReadFile(tree, "folder/file"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("through a link: %v", err)
	}
	if info, err := fs.Stat(tree, "submodule"); err != nil || info.Mode().Type() != fs.ModeIrregular {
		t.Errorf("submodule: %v %v", info, err)
	}
	if _, err := tree.Open("submodule"); err == nil {
		t.Error("a submodule was opened")
	}
	for _, bad := range []string{"", "/", "../x", "dir/", "dir//file", "dir/../dir/file", "/etc/passwd", "dir/file/x"} {
		if _, err := tree.Open(bad); err == nil {
			t.Errorf("%q was opened", bad)
		}
	}
	if _, err := fs.ReadDir(tree, "dir/file"); err == nil {
		t.Error("a file is listed as a folder")
	}
	if _, err := fs.ReadFile(tree, "dir"); err == nil {
		t.Error("a folder is read as a file")
	}
}

func TestTreeHidesNamesThatLie(t *testing.T) {
	work := t.TempDir()
	gittest.Commit(t, work, map[string]string{"compose.yml": "good"})
	blob := gittest.Git(t, work, "rev-parse", "HEAD:compose.yml")
	raw := func(hash string) string {
		var bytes strings.Builder
		for i := 0; i < len(hash); i += 2 {
			bytes.WriteByte(unhex(hash[i])<<4 | unhex(hash[i+1]))
		}
		return bytes.String()
	}
	var tree strings.Builder
	for _, name := range []string{"..", ".", ".git", ".GIT", "a/b", "/etc/passwd", `a\b`, "\xff", "compose.yml", "compose.yml", "ok"} {
		tree.WriteString("100644 " + name + "\x00" + raw(blob))
	}
	tree.WriteString("160001 odd\x00" + raw(blob))
	gittest.Write(t, work, map[string]string{"tree": tree.String()})
	hash := gittest.Git(t, work, "hash-object", "-t", "tree", "--literally", "-w", "tree")
	commit := gittest.Git(t, work, "commit-tree", "-m", "lies", hash)
	files, err := open(t, work).Tree(commit)
	if err != nil {
		t.Fatal(err)
	}
	entries, err := fs.ReadDir(files, ".")
	if err != nil || len(entries) != 3 {
		t.Fatalf("%v %v", entries, err)
	}
	if got := readAll(t, files); len(got) != 2 || got["compose.yml"] != "good" || got["ok"] != "good" {
		t.Fatalf("%v", got)
	}
}

func unhex(c byte) byte { return byte(strings.IndexByte("0123456789abcdef", c)) }

func TestATreeWithMissingObjects(t *testing.T) {
	work := t.TempDir()
	commit := gittest.Commit(t, work, map[string]string{"good": "x", "bad": "y", "dir/file": "z"})
	for _, path := range []string{"bad", "dir"} {
		hash := gittest.Git(t, work, "rev-parse", commit+":"+path)
		if err := os.Remove(filepath.Join(work, ".git/objects", hash[:2], hash[2:])); err != nil {
			t.Fatal(err)
		}
	}
	tree, err := open(t, work).Tree(commit)
	if err != nil {
		t.Fatal(err)
	}
	if data, err := fs.ReadFile(tree, "good"); string(data) != "x" || err != nil {
		t.Errorf("%q %v", data, err)
	}
	for _, path := range []string{"bad", "dir/file"} {
		var pathErr *fs.PathError
		if _, err := fs.ReadFile(tree, path); !errors.As(err, &pathErr) || pathErr.Path != path {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestTreesAreReadAtTheSameTime(t *testing.T) {
	work, _ := origin(t)
	gittest.Git(t, work, "gc", "-q")
	repo := open(t, work)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			tags, err := repo.Tags()
			if err != nil {
				t.Error(err)
			}
			for _, tag := range tags {
				readCompose(t, repo, tag)
			}
		})
	}
	wait.Wait()
}

func readCompose(t *testing.T, repo *git.Repo, tag git.Tag) {
	tree, err := repo.Tree(tag.Commit)
	if err != nil {
		t.Error(err)
		return
	}
	file, err := tree.Open("compose.yml")
	if err != nil {
		t.Error(err)
		return
	}
	defer file.Close()
	if data, err := io.ReadAll(file); err != nil || !strings.HasPrefix(string(data), "services:") {
		t.Errorf("%q %v", data, err)
	}
}
