package git_test

import (
	"bytes"
	"compress/zlib"
	"crypto/sha1"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"coopcloud.tech/catalogue/internal/git"
)

// answering serves one answer to GET and one to POST.
func answering(t *testing.T, get, post []byte) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			_, _ = w.Write(post)
			return
		}
		_, _ = w.Write(get)
	}))
	t.Cleanup(server.Close)
	return server.URL + "/app.git"
}

// writeObject writes a loose object, however wrong, and returns its hash.
func writeObject(t *testing.T, dir, kind string, content []byte) string {
	t.Helper()
	whole := append(fmt.Appendf(nil, "%s %d\x00", kind, len(content)), content...)
	hash := hashOf(kind, content)
	path := filepath.Join(dir, "objects", hash[:2], hash[2:])
	var packed bytes.Buffer
	writer := zlib.NewWriter(&packed)
	_, _ = writer.Write(whole)
	_ = writer.Close()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, packed.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return hash
}

func hashOf(kind string, content []byte) string {
	return fmt.Sprintf("%x", sha1.Sum(append(fmt.Appendf(nil, "%s %d\x00", kind, len(content)), content...)))
}

func fill(text []byte, hash string) []byte { return bytes.Replace(text, []byte("%s"), []byte(hash), 1) }

// look reads all that a repo offers, a few folders deep, and minds no error.
func look(repo *git.Repo) {
	_, head, _ := repo.Head()
	tags, _ := repo.Tags()
	for _, commit := range append(commits(tags), head) {
		tree, err := repo.Tree(commit)
		if err != nil {
			continue
		}
		seen := 0
		_ = fs.WalkDir(tree, ".", func(path string, d fs.DirEntry, err error) error {
			if seen++; err != nil || seen > 100 {
				return err
			}
			_, _ = d.Info()
			_, _ = fs.ReadFile(tree, path)
			return nil
		})
	}
}

func commits(tags []git.Tag) (list []string) {
	for _, tag := range tags {
		list = append(list, tag.Commit)
	}
	return list
}
