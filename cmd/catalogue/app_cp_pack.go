package main

import (
	"archive/tar"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sync"
)

// packer writes a file or a folder as a tar stream. Nothing is read from outside
// of it: links stay links.
type packer struct {
	out  io.Writer
	warn func(string)

	mutex  sync.Mutex // the reader's side asks for the tally
	copied tally
}

func (p *packer) total() tally {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.copied
}

// pack writes source, under that name, and its end.
func (p *packer) pack(ctx context.Context, source, name string) error {
	archive := tar.NewWriter(p.out)
	info, err := os.Stat(source)
	if err != nil {
		return err
	}
	folder, first := source, "."
	if !info.IsDir() {
		folder, first = filepath.Dir(source), filepath.Base(source)
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return err
	}
	defer root.Close()
	if !info.IsDir() {
		// The operator named it: a link there is followed.
		file, err := os.Open(source)
		if err != nil {
			return err
		}
		defer file.Close()
		err = p.file(archive, file, info, name)
		return closed(archive, err)
	}
	err = fs.WalkDir(root.FS(), first, func(file string, entry fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		return p.entry(archive, root, file, path.Join(name, file))
	})
	return closed(archive, err)
}

func closed(archive *tar.Writer, err error) error {
	if err != nil {
		return err
	}
	return archive.Close()
}

func (p *packer) entry(archive *tar.Writer, root *os.Root, file, name string) error {
	info, err := root.Lstat(file)
	if err != nil {
		return err
	}
	switch {
	case info.IsDir():
		return archive.WriteHeader(headerOf(info, name+"/", ""))
	case info.Mode()&fs.ModeSymlink != 0:
		target, err := root.Readlink(file)
		if err != nil {
			return err
		}
		return archive.WriteHeader(headerOf(info, name, target))
	case !info.Mode().IsRegular():
		p.warn(fmt.Sprintf("%s is left out: it is no file, folder or link", filepath.Join(root.Name(), file)))
		return nil
	}
	open, err := root.Open(file)
	if err != nil {
		return err
	}
	defer open.Close()
	return p.file(archive, open, info, name)
}

func (p *packer) file(archive *tar.Writer, file *os.File, info fs.FileInfo, name string) error {
	if err := archive.WriteHeader(headerOf(info, name, "")); err != nil {
		return err
	}
	n, err := io.CopyN(archive, file, info.Size())
	if err == io.EOF {
		err = fmt.Errorf("%s became shorter while it was copied", file.Name())
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.copied.Files, p.copied.Bytes = p.copied.Files+1, p.copied.Bytes+n
	return err
}

// headerOf leaves our user's IDs out: they say nothing in a container.
func headerOf(info fs.FileInfo, name, link string) *tar.Header {
	header := &tar.Header{Name: name, Linkname: link, Mode: int64(info.Mode().Perm()), ModTime: info.ModTime(), Typeflag: tar.TypeReg, Size: info.Size()}
	switch {
	case info.IsDir():
		header.Typeflag, header.Size = tar.TypeDir, 0
	case link != "":
		header.Typeflag, header.Size = tar.TypeSymlink, 0
	}
	return header
}
