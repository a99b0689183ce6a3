package source

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"coopcloud.tech/catalogue/internal/git"
)

// listDir lists the repos, bare or not, that stand in a folder. Hidden names and
// plain files are passed over.
func listDir(dir string, found *listing) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	if _, err := git.Open(dir); err == nil {
		return fmt.Errorf("%s is itself a git repository; name the folder that holds it, or use list:FILE", dir)
	}
	for _, entry := range entries {
		path := filepath.Join(dir, entry.Name())
		if strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		// The operator may have put links to repos into the folder.
		if info, err := os.Stat(path); err != nil {
			found.problem(path, "left out: %v", err)
		} else if info.IsDir() {
			addDir(path, found)
		}
	}
	return nil
}

// addDir takes whatever claims to be a repo: if it is broken, who opens it will say so.
func addDir(path string, found *listing) {
	if _, err := git.Open(path); errors.Is(err, git.ErrNoRepo) {
		found.problem(path, "left out: %v", git.ErrNoRepo)
		return
	}
	found.add(path, Repo{Name: strings.TrimSuffix(filepath.Base(path), ".git"), Dir: path, Trusted: true})
}
