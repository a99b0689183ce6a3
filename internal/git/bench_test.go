package git_test

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"testing"
	"testing/fstest"

	"coopcloud.tech/catalogue/internal/git"
	"coopcloud.tech/catalogue/internal/git/gittest"
)

// benchOrigin serves a small recipe with five versions.
func benchOrigin(b *testing.B) (dir, url string) {
	b.Helper()
	var versions []git.Snapshot
	for i := range 5 {
		versions = append(versions, git.Snapshot{Version: fmt.Sprintf("1.%d.0+1.%d", i, i), Files: fstest.MapFS{
			"compose.yml": {Data: fmt.Appendf(nil, "services: {app: {image: \"nginx:1.%d\"}}\n", i)},
			".env.sample": {Data: []byte("TYPE=app\nDOMAIN=app.example.org\n")}, "abra.sh": {Data: []byte("export A=v1\n")}, "README.md": {Data: []byte("# App\n")},
		}})
	}
	root := b.TempDir()
	dir = filepath.Join(root, "app.git")
	if err := git.Build(dir, versions); err != nil {
		b.Fatal(err)
	}
	return dir, gittest.Serve(b, root) + "/app.git"
}

// BenchmarkMirror is measured beside git itself, against the same server.
func BenchmarkMirror(b *testing.B) {
	_, url := benchOrigin(b)
	remote := git.Remote{URL: url, Trusted: true}
	b.Run("first", func(b *testing.B) {
		for b.Loop() {
			if _, _, err := git.Mirror(b.Context(), remote, filepath.Join(b.TempDir(), "m.git")); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("first/git", func(b *testing.B) {
		for b.Loop() {
			gittest.Git(b, b.TempDir(), "clone", "-q", "--bare", url, "m.git")
		}
	})
	b.Run("unchanged", func(b *testing.B) {
		dir := filepath.Join(b.TempDir(), "m.git")
		for b.Loop() {
			if _, _, err := git.Mirror(b.Context(), remote, dir); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("unchanged/git", func(b *testing.B) {
		for b.Loop() {
			gittest.Git(b, ".", "ls-remote", "-q", url)
		}
	})
}

// BenchmarkRead opens a repo, lists its tags and reads every file of every version.
func BenchmarkRead(b *testing.B) {
	dir, _ := benchOrigin(b)
	for b.Loop() {
		repo, err := git.Open(dir)
		if err != nil {
			b.Fatal(err)
		}
		tags, err := repo.Tags()
		if err != nil || len(tags) != 5 {
			b.Fatal(err)
		}
		for _, tag := range tags {
			files, err := repo.Tree(tag.Commit)
			if err != nil {
				b.Fatal(err)
			}
			names, _ := fs.Glob(files, "*")
			for _, name := range names {
				if _, err := fs.ReadFile(files, name); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
}
