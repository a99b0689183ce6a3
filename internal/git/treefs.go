package git

import (
	"errors"
	"io/fs"
)

var (
	errFolder = errors.New("is a folder")
	errLink   = errors.New("is a symbolic link, which is not followed")
	errNoFile = errors.New("is a submodule, which is not fetched")
)

// maxLink bounds a symlink's target, as Linux does.
const maxLink = 4096

func (t *treeFS) Open(name string) (fs.File, error) {
	at, err := t.find("open", name)
	if err != nil {
		return nil, err
	}
	info, err := t.info(at)
	if err == nil && !at.mode.IsDir() {
		err = refuseIrregular(at.mode)
	}
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	if at.mode.IsDir() {
		return &openFolder{tree: t, path: name, info: info}, nil
	}
	return &openFile{tree: t, path: name, info: info}, nil
}

func (t *treeFS) Stat(name string) (fs.FileInfo, error) {
	at, err := t.find("stat", name)
	if err != nil {
		return nil, err
	}
	info, err := t.info(at)
	if err != nil {
		return nil, &fs.PathError{Op: "stat", Path: name, Err: err}
	}
	return info, nil
}

// Lstat is Stat, since no link is followed.
func (t *treeFS) Lstat(name string) (fs.FileInfo, error) { return t.Stat(name) }

func (t *treeFS) ReadLink(name string) (string, error) {
	at, err := t.find("readlink", name)
	if err != nil {
		return "", err
	}
	info, err := t.info(at)
	if err == nil && (at.mode.Type() != fs.ModeSymlink || info.size > maxLink) {
		err = fs.ErrInvalid
	}
	var target []byte
	if err == nil {
		target, err = t.repo.blob(at.hash)
	}
	if err != nil {
		return "", &fs.PathError{Op: "readlink", Path: name, Err: err}
	}
	return string(target), nil
}

func (t *treeFS) ReadFile(name string) ([]byte, error) {
	at, err := t.find("read", name)
	if err != nil {
		return nil, err
	}
	if err = refuseIrregular(at.mode); err == nil {
		var data []byte
		if data, err = t.repo.blob(at.hash); err == nil {
			return data, nil
		}
	}
	return nil, &fs.PathError{Op: "read", Path: name, Err: err}
}

func (t *treeFS) ReadDir(name string) ([]fs.DirEntry, error) {
	at, err := t.find("readdir", name)
	if err != nil {
		return nil, err
	}
	entries, err := t.entries(at)
	if err != nil {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: err}
	}
	return entries, nil
}

func (t *treeFS) entries(folder node) ([]fs.DirEntry, error) {
	if !folder.mode.IsDir() {
		return nil, errors.New("is no folder")
	}
	nodes, err := t.list(folder)
	entries := make([]fs.DirEntry, len(nodes))
	for i, n := range nodes {
		entries[i] = entry{node: n, tree: t}
	}
	return entries, err
}

func (t *treeFS) info(at node) (fileInfo, error) {
	info := fileInfo{node: at, time: t.time}
	var err error
	if !at.mode.IsDir() && at.mode.Type() != fs.ModeIrregular {
		info.size, err = t.repo.blobSize(at.hash)
	}
	return info, err
}

func refuseIrregular(mode fs.FileMode) error {
	switch mode.Type() {
	case 0:
		return nil
	case fs.ModeDir:
		return errFolder
	case fs.ModeSymlink:
		return errLink
	default:
		return errNoFile
	}
}
