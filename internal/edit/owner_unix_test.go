//go:build unix

package edit_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"coopcloud.tech/catalogue/internal/edit"
)

// A file of somebody else stays his where root repairs it, and keeps its group where
// others do.
func TestWriteKeepsTheOwner(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "compose.yml")
	if err := os.WriteFile(path, []byte("old"), 0o640); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 {
		if err := os.Chown(path, 1234, 2345); err != nil {
			t.Fatal(err)
		}
	}
	before := ownerOf(t, path)
	change := edit.Change{File: "compose.yml", Before: []byte("old"), After: []byte("new")}
	if err := edit.Write(edit.Folder{Dir: dir, Changes: []edit.Change{change}}); err != nil {
		t.Fatal(err)
	}
	if after := ownerOf(t, path); after != before {
		t.Errorf("user and group %v became %v", before, after)
	}
}

func ownerOf(t *testing.T, path string) [2]uint32 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	stat := info.Sys().(*syscall.Stat_t)
	return [2]uint32{stat.Uid, stat.Gid}
}
