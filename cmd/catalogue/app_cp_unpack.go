package main

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// unpacker writes what a container sends. The container is a stranger: nothing is
// written outside of the copy, and no link in it leads out.
type unpacker struct {
	tally
	warn func(string)
}

// unpack reads a tar stream of one file or one folder into root, under that name.
func (u *unpacker) unpack(ctx context.Context, stream io.Reader, root *os.Root, name string, isDir bool) error {
	if isDir {
		if err := root.Mkdir(name, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		inside, err := root.OpenRoot(name)
		if err != nil {
			return err
		}
		defer inside.Close()
		root = inside
	}
	archive := tar.NewReader(stream)
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		target := name
		if isDir {
			target = below(header.Name)
		} else if header.Typeflag != tar.TypeReg {
			return fmt.Errorf("the engine sent something else than the file %s", name)
		}
		if err := u.entry(archive, header, root, target); err != nil {
			return fmt.Errorf("%s: %w", filepath.Join(root.Name(), target), err)
		}
	}
}

// below is an entry's path without its first element, the folder that is copied.
func below(name string) string {
	clean := strings.TrimPrefix(path.Clean("/"+name), "/")
	if _, rest, deeper := strings.Cut(clean, "/"); deeper {
		return rest
	}
	return "."
}

func (u *unpacker) entry(archive *tar.Reader, header *tar.Header, root *os.Root, target string) error {
	mode := header.FileInfo().Mode().Perm()
	if err := realParents(root, target); err != nil {
		return err
	}
	switch {
	case header.Typeflag == tar.TypeDir:
		return folder(root, target, mode)
	case target == ".":
		return errors.New("the engine sent something else than a folder")
	case header.Typeflag == tar.TypeReg:
		return u.file(archive, header, root, target, mode)
	case header.Typeflag == tar.TypeSymlink && staysInside(target, header.Linkname):
		return replace(root, target, func() error { return root.Symlink(header.Linkname, target) })
	case header.Typeflag == tar.TypeLink:
		return replace(root, target, func() error { return root.Link(below(header.Linkname), target) })
	case header.Typeflag == tar.TypeSymlink:
		u.warn(fmt.Sprintf("link %s is left out: it leads to %s, outside of what is copied", target, header.Linkname))
	default:
		u.warn(fmt.Sprintf("%s is left out: it is no file, folder or link", target))
	}
	return nil
}

// realParents refuses a path through a link: what is written must stand where its
// name says.
func realParents(root *os.Root, target string) error {
	for folder := path.Dir(target); folder != "."; folder = path.Dir(folder) {
		if info, err := root.Lstat(folder); err == nil && !info.IsDir() {
			return fmt.Errorf("%s is no folder here", folder)
		}
	}
	return nil
}

// folder makes a folder, or takes one that is there.
func folder(root *os.Root, target string, mode fs.FileMode) error {
	if target == "." {
		return nil
	}
	err := root.Mkdir(target, mode|0o700)
	if errors.Is(err, fs.ErrExist) {
		info, err := root.Lstat(target)
		if err == nil && !info.IsDir() {
			err = errors.New("it is no folder here")
		}
		return err
	}
	return err
}

// file writes a file beside its place, and moves it there when it is whole.
func (u *unpacker) file(archive *tar.Reader, header *tar.Header, root *os.Root, target string, mode fs.FileMode) error {
	temporary := path.Join(path.Dir(target), ".catalogue-cp-part")
	_ = root.Remove(temporary) // of an earlier copy that was killed
	file, err := root.OpenFile(temporary, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode|0o600)
	if err != nil {
		return err
	}
	n, err := io.Copy(file, archive)
	err = errors.Join(err, file.Close())
	if err == nil {
		err = errors.Join(root.Chtimes(temporary, header.ModTime, header.ModTime), root.Rename(temporary, target))
	}
	if err != nil {
		return errors.Join(err, root.Remove(temporary))
	}
	u.Files, u.Bytes = u.Files+1, u.Bytes+n
	return nil
}

// replace makes a link in place of a file or a link.
func replace(root *os.Root, target string, make func() error) error {
	if info, err := root.Lstat(target); err == nil && !info.IsDir() {
		if err := root.Remove(target); err != nil {
			return err
		}
	}
	return make()
}

// staysInside reports whether a link leads nowhere but into the copy: it goes up
// only at its start, where every step is a real folder's, and no further than to
// the top.
func staysInside(at, link string) bool {
	if path.IsAbs(link) {
		return false
	}
	depth, down := strings.Count(at, "/"), false
	for element := range strings.SplitSeq(link, "/") {
		switch element {
		case "", ".":
		case "..":
			if depth--; down || depth < 0 {
				return false
			}
		default:
			down = true
		}
	}
	return true
}
