package edit_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"coopcloud.tech/catalogue/internal/edit"
)

// A file is replaced whole, keeps its mode, and is left alone where anything is not as
// it was.
func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "compose.yml")
	write := func(text string, mode fs.FileMode) {
		t.Helper()
		_ = os.Remove(path)
		if err := errors.Join(os.WriteFile(path, []byte(text), 0o600), os.Chmod(path, mode)); err != nil {
			t.Fatal(err)
		}
	}
	change := edit.Folder{Dir: dir, Changes: []edit.Change{{File: "compose.yml", Before: []byte("old"), After: []byte("new")}}}
	holds := func(want string, mode fs.FileMode) {
		t.Helper()
		data, err := os.ReadFile(path)
		info, _ := os.Stat(path)
		entries, _ := os.ReadDir(dir)
		if err != nil || string(data) != want || info.Mode().Perm() != mode || len(entries) != 1 {
			t.Errorf("got %q, %v, mode %v, %v; want %q, %v", data, err, info.Mode(), entries, want, mode)
		}
	}

	write("old", 0o755)
	if err := edit.Write(change); err != nil {
		t.Fatal(err)
	}
	holds("new", 0o755)

	write("old", 0o444)
	if err := edit.Write(change); err == nil || !strings.Contains(err.Error(), "read-only") {
		t.Errorf("a read-only file: %v", err)
	}
	holds("old", 0o444)

	write("newer", 0o644)
	if err := edit.Write(change); err == nil || !strings.Contains(err.Error(), "has changed since") {
		t.Errorf("a file that changed: %v", err)
	}
	holds("newer", 0o644)

	// Of two files none is changed where one may not be.
	write("old", 0o644)
	change.Changes = append(change.Changes, edit.Change{File: "sub/compose.yml", Before: []byte("old"), After: []byte("new")})
	if err := edit.Write(change); err == nil {
		t.Error("a missing file is no error")
	}
	holds("old", 0o644)
}

// Of several folders none is changed where one may not be.
func TestWriteFolders(t *testing.T) {
	var folders []edit.Folder
	texts := func() string {
		var all []string
		for _, f := range folders {
			data, err := os.ReadFile(filepath.Join(f.Dir, "compose.yml"))
			all = append(all, string(data))
			if entries, _ := os.ReadDir(f.Dir); err != nil || len(entries) != 1 {
				t.Errorf("%v, %v", entries, err)
			}
		}
		return strings.Join(all, " ")
	}
	for range 3 {
		f := edit.Folder{Dir: t.TempDir(), Changes: []edit.Change{{File: "compose.yml", Before: []byte("old"), After: []byte("new")}}}
		if err := os.WriteFile(filepath.Join(f.Dir, "compose.yml"), []byte("old"), 0o644); err != nil {
			t.Fatal(err)
		}
		folders = append(folders, f)
	}
	last := filepath.Join(folders[2].Dir, "compose.yml")
	if err := os.Chmod(last, 0o444); err != nil {
		t.Fatal(err)
	}
	if err := edit.Write(folders...); err == nil || !strings.HasPrefix(err.Error(), last) || texts() != "old old old" {
		t.Errorf("%v, %s", err, texts())
	}
	if err := os.Chmod(last, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := edit.Write(folders...); err != nil || texts() != "new new new" {
		t.Errorf("%v, %s", err, texts())
	}
}

// What a killed run left behind is in nobody's way, though in a container every run
// has the same number.
func TestWriteBesideLeftovers(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"compose.yml": "old", ".new-" + strconv.Itoa(os.Getpid()) + "-compose.yml": "n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	change := edit.Change{File: "compose.yml", Before: []byte("old"), After: []byte("new")}
	if err := edit.Write(edit.Folder{Dir: dir, Changes: []edit.Change{change}}); err != nil {
		t.Error(err)
	}
}
