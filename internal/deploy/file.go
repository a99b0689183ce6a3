package deploy

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// replaceFile changes a file at once or not at all, keeping its mode, its owner
// and the symlink that leads to it.
func replaceFile(path string, data []byte) error {
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return err
	}
	info, err := os.Stat(target)
	if err != nil {
		return err
	}
	temporary, err := writeTemporary(filepath.Dir(target), data, info.Mode().Perm())
	if err != nil {
		return err
	}
	keepOwner(temporary, info)
	if err := os.Rename(temporary, target); err != nil {
		return errors.Join(err, os.Remove(temporary))
	}
	return nil
}

// createFile makes a new file at once; it never replaces one.
func createFile(path string, data []byte) error {
	temporary, err := writeTemporary(filepath.Dir(path), data, 0o600)
	if err != nil {
		return err
	}
	defer os.Remove(temporary)
	// Unlike rename, link fails where there is a file already.
	if err := os.Link(temporary, path); errors.Is(err, fs.ErrExist) {
		return refused(fmt.Errorf("%s exists already; nothing was changed", path))
	} else if err != nil {
		return err
	}
	return nil
}

func writeTemporary(dir string, data []byte, mode fs.FileMode) (path string, err error) {
	file, err := os.CreateTemp(dir, ".catalogue-*")
	if err != nil {
		return "", err
	}
	_, err = file.Write(data)
	err = errors.Join(err, file.Chmod(mode), file.Sync(), file.Close())
	if err != nil {
		return "", errors.Join(err, os.Remove(file.Name()))
	}
	return file.Name(), nil
}

// writePrivate writes a file at once, for its owner only. It replaces regular
// files and nothing else.
func writePrivate(path string, data []byte) error {
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		return refused(fmt.Errorf("%s is no regular file; name another", path))
	}
	temporary, err := writeTemporary(filepath.Dir(path), data, 0o600)
	if err != nil {
		return refused(err)
	}
	if err := os.Rename(temporary, path); err != nil {
		return refused(errors.Join(err, os.Remove(temporary)))
	}
	return nil
}
