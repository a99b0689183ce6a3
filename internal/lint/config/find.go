package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"coopcloud.tech/catalogue/internal/recipe"
)

// Find looks for the config in the folder and above it, up to top. Both are
// absolute. It returns "" where there is none.
func Find(dir, top string) (string, error) {
	for {
		path := filepath.Join(dir, Name)
		_, err := os.Lstat(path)
		switch {
		case err == nil:
			return path, nil
		case !errors.Is(err, fs.ErrNotExist):
			return "", fmt.Errorf("look for the config: %w", err)
		case dir == top || dir == filepath.Dir(dir):
			return "", nil
		}
		dir = filepath.Dir(dir)
	}
}

// ReadFile reads the file at the path, within the bounds of a recipe's file; a
// symlink is not followed.
func ReadFile(path string) ([]byte, error) {
	fsys, done, err := recipe.OpenDir(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	defer done()
	return recipe.ReadFile(fsys, filepath.Base(path))
}
