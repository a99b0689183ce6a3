package git_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"coopcloud.tech/catalogue/internal/git"
)

// FuzzRemote feeds a client whatever a server may say: its list of refs, then its pack.
func FuzzRemote(f *testing.F) {
	refs := "001e# service=git-upload-pack\n0000" +
		"004d4b825dc642cb6eb9a060e54bf8d69288fbee4904 refs/heads/main\x00ofs-delta sideband\n0000"
	f.Add([]byte(refs), packOf(1, object(2, 0, nil)))
	f.Add([]byte(refs), packOf(2, object(blobObject, 3, []byte("abc")), object(6, 4, []byte{3, 3, 0x90, 3})))
	f.Add([]byte("0000"), []byte{})
	f.Fuzz(func(t *testing.T, refs, pack []byte) {
		url := answering(t, refs, append([]byte("0008NAK\n"), pack...))
		dir := filepath.Join(t.TempDir(), "app.git")
		remote := git.Remote{URL: url, Trusted: true, Limits: git.Limits{Bytes: 1 << 20, Time: 10 * time.Second}}
		repo, _, err := git.Mirror(t.Context(), remote, dir)
		if err != nil {
			if _, err := os.Stat(dir); err == nil {
				t.Fatal("a failed first mirror left something")
			}
			return
		}
		look(repo)
		if _, changed, err := git.Mirror(t.Context(), remote, dir); changed || err != nil {
			t.Fatalf("the same answer again: changed %v, %v", changed, err)
		}
	})
}

// FuzzPack sends well-formed packs of two objects that lie: one whole, one a delta of it.
func FuzzPack(f *testing.F) {
	f.Add(byte(blobObject), uint64(3), []byte("abc"), uint64(4), []byte{3, 3, 0x90, 3})
	f.Add(byte(4), uint64(9), []byte("object x\n"), uint64(1<<40), []byte{9, 0xff, 0xff, 0xff, 0x7f, 0x90, 3})
	f.Fuzz(func(t *testing.T, kind byte, size uint64, content []byte, deltaSize uint64, delta []byte) {
		base := object(kind&7, size, content)
		entry := object(6, deltaSize, delta)
		head := 0 // bytes of the type and size, behind which a delta says where its base is
		for head = 1; entry[head-1]&0x80 != 0; head++ {
		}
		back := []byte{byte(len(base) & 0x7f)}
		if len(base) > 0x7f {
			back = []byte{byte((len(base)>>7-1)&0x7f) | 0x80, byte(len(base) & 0x7f)}
		}
		pack := packOf(2, base, append(append(entry[:head:head], back...), entry[head:]...))
		kinds := map[byte]string{1: "commit", 2: "tree", 3: "blob", 4: "tag"}
		refs := hashOf(kinds[kind&7], content) + " refs/heads/main"
		dir := filepath.Join(t.TempDir(), "app.git")
		repo, _, err := git.Mirror(t.Context(), trusted(fakeServer(t, "ofs-delta", []string{refs, refs[:41] + "refs/tags/x"}, pack)), dir)
		if err == nil {
			look(repo)
		}
	})
}

// FuzzObjects feeds a reader commits, trees and tags.
func FuzzObjects(f *testing.F) {
	f.Add([]byte("100644 compose.yml\x00aaaaaaaaaaaaaaaaaaaa"), []byte("tree %s\nauthor a <a@b> 1 +0000\ncommitter a <a@b> 1 +0000\n\nx\n"),
		[]byte("object %s\ntype commit\ntag x\ntagger a <a@b> 1 +0000\n\nx\n"))
	f.Fuzz(func(t *testing.T, tree, commit, tag []byte) {
		dir := filepath.Join(t.TempDir(), "app.git")
		if err := git.Build(dir, nil); err != nil {
			t.Fatal(err)
		}
		treeHash := writeObject(t, dir, "tree", tree)
		commitHash := writeObject(t, dir, "commit", fill(commit, treeHash))
		tagHash := writeObject(t, dir, "tag", fill(tag, commitHash))
		refs := commitHash + " refs/heads/main\n" + tagHash + " refs/tags/x\n"
		if err := os.WriteFile(filepath.Join(dir, "packed-refs"), []byte(refs), 0o644); err != nil {
			t.Fatal(err)
		}
		repo, err := git.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		look(repo)
	})
}
