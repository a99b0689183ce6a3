package git

import (
	"bytes"
	"io"
	"io/fs"
)

// openFile inflates its content at the first read.
type openFile struct {
	tree    *treeFS
	path    string
	info    fileInfo
	content *bytes.Reader
	closed  bool
}

func (f *openFile) Stat() (fs.FileInfo, error) { return f.info, nil }

func (f *openFile) Read(p []byte) (int, error) {
	if f.closed {
		return 0, &fs.PathError{Op: "read", Path: f.path, Err: fs.ErrClosed}
	}
	if f.content == nil {
		data, err := f.tree.repo.blob(f.info.hash)
		if err != nil {
			return 0, &fs.PathError{Op: "read", Path: f.path, Err: err}
		}
		f.content = bytes.NewReader(data)
	}
	return f.content.Read(p)
}

func (f *openFile) Close() error {
	f.closed, f.content = true, nil
	return nil
}

type openFolder struct {
	tree *treeFS
	path string
	info fileInfo
	read int // entries handed out so far
}

func (f *openFolder) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *openFolder) Close() error               { return nil }

func (f *openFolder) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: f.path, Err: errFolder}
}

func (f *openFolder) ReadDir(n int) ([]fs.DirEntry, error) {
	entries, err := f.tree.entries(f.info.node)
	if err != nil {
		return nil, &fs.PathError{Op: "readdir", Path: f.path, Err: err}
	}
	rest := entries[f.read:]
	if n > 0 && len(rest) == 0 {
		return nil, io.EOF
	}
	if n > 0 && len(rest) > n {
		rest = rest[:n]
	}
	f.read += len(rest)
	return rest, nil
}
