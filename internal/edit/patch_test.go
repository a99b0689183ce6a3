package edit_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"coopcloud.tech/catalogue/internal/edit"
)

// A patch comes to what Write writes, whoever applies it and whatever the name and the
// text: line ends of Windows, none at the end, a byte order mark.
func TestDiffApplies(t *testing.T) {
	texts := [][2]string{
		{"a\nb\nc\n", "a\nB\nc\n"},
		{"a\r\nb\r\nc\r\n", "a\r\nB\r\nmore\r\nc\r\n"},
		{"a\nb", "a\nB"},
		{"a\r\nb", "a\r\nb\r\nc"},
		{"\ufeffa\nb\n", "\ufeffA\nb"},
		{"a: ä\n--- b\n+++ c\n", "a: ö\n--- B\n+++ c\n"},
	}
	for _, apply := range [][]string{{"git", "apply"}, {"patch", "-p1", "-s", "-f"}} {
		if _, err := exec.LookPath(apply[0]); err != nil {
			t.Logf("%s is not here", apply[0])
			continue
		}
		for _, name := range []string{"compose.yml", "my recipe/compose.yml", "größe/compose.日本.yml", "a  b.yml", `a"b\c`} {
			for _, text := range texts {
				c := edit.Change{File: name, Before: []byte(text[0]), After: []byte(text[1])}
				if got := patched(t, apply, name, c); got != text[1] {
					t.Errorf("%v: %q: got %q, want %q", apply, name, got, text[1])
				}
			}
		}
	}
}

func patched(t *testing.T, apply []string, name string, c edit.Change) string {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, c.Before, 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(apply[0], apply[1:]...)
	cmd.Dir, cmd.Stdin = dir, bytes.NewReader(edit.Diff(name, c))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v: %q: %v: %s", apply, name, err, out)
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(got)
}
