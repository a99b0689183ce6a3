package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// createPrivate makes a file that only its owner can read. It never replaces
// one, and never leaves half of one.
func createPrivate(path, text string) error {
	temporary, err := writeTemp(filepath.Dir(path), []byte(text))
	if err != nil {
		return err
	}
	defer os.Remove(temporary)
	// Unlike rename, link fails where there is a file already.
	if err := os.Link(temporary, path); errors.Is(err, fs.ErrExist) {
		return errors.New("it exists already, and was not changed; name another file")
	} else if err != nil {
		return err
	}
	return nil
}

// writeTemp writes a new file in dir, with mode 0600, and returns its path.
func writeTemp(dir string, data []byte) (path string, err error) {
	file, err := os.CreateTemp(dir, ".catalogue-*")
	if err != nil {
		return "", err
	}
	_, err = file.Write(data)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return "", errors.Join(err, os.Remove(file.Name()))
	}
	return file.Name(), nil
}

// replaceFile writes a file at once, or leaves the old one.
func replaceFile(path string, data []byte) error {
	temporary, err := writeTemp(filepath.Dir(path), data)
	if err != nil {
		return err
	}
	if err := os.Rename(temporary, path); err != nil {
		return errors.Join(err, os.Remove(temporary))
	}
	return nil
}
