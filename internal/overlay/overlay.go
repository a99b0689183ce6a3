// Package overlay lays texts in memory over the files of a folder: what an
// editor has not saved, what a fix has not written.
package overlay

import (
	"bytes"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// FS is Base with Files over it, by slash-separated path. A file whose folder is
// missing in Base is there, but no listing shows its folder.
type FS struct {
	Base  fs.FS
	Files map[string][]byte
}

var _ interface {
	fs.ReadDirFS
	fs.ReadLinkFS
	fs.StatFS
} = FS{}

// Open opens the text, or what Base has.
func (o FS) Open(name string) (fs.File, error) {
	if text, ok := o.Files[name]; ok {
		return &file{info: infoOf(name, text), Reader: bytes.NewReader(text)}, nil
	}
	opened, err := o.Base.Open(name)
	if dir, ok := opened.(fs.ReadDirFile); ok && err == nil {
		if info, err := dir.Stat(); err == nil && info.IsDir() {
			return &folder{ReadDirFile: dir, overlay: o, name: name}, nil
		}
	}
	return opened, err
}

// Stat follows links only in Base.
func (o FS) Stat(name string) (fs.FileInfo, error) {
	if text, ok := o.Files[name]; ok {
		return infoOf(name, text), nil
	}
	return fs.Stat(o.Base, name)
}

// Lstat shows a text as a regular file, whatever Base has there.
func (o FS) Lstat(name string) (fs.FileInfo, error) {
	if text, ok := o.Files[name]; ok {
		return infoOf(name, text), nil
	}
	return fs.Lstat(o.Base, name)
}

// ReadLink knows the links of Base.
func (o FS) ReadLink(name string) (string, error) { return fs.ReadLink(o.Base, name) }

// ReadDir lists Base's folder with the texts in it, sorted.
func (o FS) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(o.Base, name)
	return o.merge(name, entries), err
}

func (o FS) merge(dir string, entries []fs.DirEntry) []fs.DirEntry {
	entries = slices.DeleteFunc(slices.Clone(entries), func(e fs.DirEntry) bool {
		_, ours := o.Files[path.Join(dir, e.Name())]
		return ours
	})
	for name, text := range o.Files {
		if path.Dir(name) == dir {
			entries = append(entries, fs.FileInfoToDirEntry(infoOf(name, text)))
		}
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries
}

// folder lists a folder through the overlay. It is read whole: recipes are read
// by ReadDir.
type folder struct {
	fs.ReadDirFile
	overlay FS
	name    string
	rest    []fs.DirEntry
	started bool
}

func (f *folder) ReadDir(n int) ([]fs.DirEntry, error) {
	if !f.started {
		all, err := f.ReadDirFile.ReadDir(-1)
		if err != nil {
			return nil, err
		}
		f.rest, f.started = f.overlay.merge(f.name, all), true
	}
	if n > 0 && len(f.rest) == 0 {
		return nil, io.EOF
	}
	if n <= 0 || n > len(f.rest) {
		n = len(f.rest)
	}
	part := f.rest[:n]
	f.rest = f.rest[n:]
	return part, nil
}

type file struct {
	info
	*bytes.Reader
}

func (f *file) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *file) Close() error               { return nil }
func (f *file) Size() int64                { return f.info.size }

type info struct {
	name string
	size int64
}

func infoOf(name string, text []byte) info { return info{path.Base(name), int64(len(text))} }

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return i.size }
func (i info) Mode() fs.FileMode  { return 0o644 }
func (i info) ModTime() time.Time { return time.Time{} }
func (i info) IsDir() bool        { return false }
func (i info) Sys() any           { return nil }
