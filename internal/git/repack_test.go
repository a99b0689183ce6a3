package git_test

import (
	"testing"

	"coopcloud.tech/catalogue/internal/git/gittest"
)

// Git packs anew in the background of a fetch (gc.autoDetach): a reader that knew
// the old packs finds the objects all the same.
func TestRepackedMeanwhile(t *testing.T) {
	work := t.TempDir()
	first := gittest.Commit(t, work, map[string]string{"compose.yml": "a"})
	gittest.Commit(t, work, map[string]string{"compose.yml": "b"})
	gittest.Git(t, work, "repack", "-adq")
	repo := open(t, work)
	if _, _, err := repo.Head(); err != nil {
		t.Fatal(err)
	}
	gittest.Commit(t, work, map[string]string{"compose.yml": "c"})
	gittest.Git(t, work, "repack", "-adq")
	files, err := repo.Tree(first)
	if err != nil {
		t.Fatal(err)
	}
	if got := readAll(t, files)["compose.yml"]; got != "a" {
		t.Errorf("read %q", got)
	}
}
