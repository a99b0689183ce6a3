package git

import (
	"io/fs"
	"time"
)

// entry is a node as a folder lists it.
type entry struct {
	node
	tree *treeFS
}

func (e entry) Name() string               { return e.name }
func (e entry) IsDir() bool                { return e.mode.IsDir() }
func (e entry) Type() fs.FileMode          { return e.mode.Type() }
func (e entry) Info() (fs.FileInfo, error) { return e.tree.info(e.node) }
func (e entry) String() string             { return fs.FormatDirEntry(e) }

// fileInfo is a node with its size; its time is the commit's.
type fileInfo struct {
	node
	size int64
	time time.Time
}

func (i fileInfo) Name() string       { return i.name }
func (i fileInfo) Size() int64        { return i.size }
func (i fileInfo) Mode() fs.FileMode  { return i.mode }
func (i fileInfo) ModTime() time.Time { return i.time }
func (i fileInfo) IsDir() bool        { return i.mode.IsDir() }
func (i fileInfo) Sys() any           { return nil }
func (i fileInfo) String() string     { return fs.FormatFileInfo(i) }
