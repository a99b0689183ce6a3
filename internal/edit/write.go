package edit

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"strconv"
)

// Folder is what changes below one folder.
type Folder struct {
	Dir     string
	Changes []Change
}

// Write makes the changes in the folders, each file at once and with the mode and the
// owner it had; new folders are made. All new texts are on disk before the first file
// is replaced. It fails where a file is not what it was before any more, or may not be
// written; the error begins with the file's path.
func Write(folders ...Folder) error {
	var b batch
	defer b.close()
	for _, f := range folders {
		if err := b.stage(f); err != nil {
			return err
		}
	}
	return b.commit()
}

// batch is the changes of one Write.
type batch struct {
	roots []*os.Root
	files []*stagedFile
}

// stage writes the folder's new texts beside their files.
func (b *batch) stage(f Folder) error {
	if len(f.Changes) == 0 {
		return nil
	}
	root, err := os.OpenRoot(f.Dir)
	if err != nil {
		return err
	}
	b.roots = append(b.roots, root)
	for _, c := range f.Changes {
		s := &stagedFile{Change: c, root: root, path: filepath.Join(f.Dir, c.File)}
		b.files = append(b.files, s)
		if err := s.stage(); err != nil {
			return s.unchanged(err)
		}
	}
	return nil
}

// commit replaces the files, if they are still what they were: to write many texts
// takes a while.
func (b *batch) commit() error {
	for _, s := range b.files {
		if _, err := s.writable(); err != nil {
			return s.unchanged(err)
		}
	}
	for i, s := range b.files {
		if err := s.commit(); err != nil {
			return fmt.Errorf("%s: %w; of %d files %d were changed before", s.path, cause(err), len(b.files), i)
		}
	}
	return nil
}

func (b *batch) close() {
	for _, s := range b.files {
		s.clean()
	}
	for _, root := range b.roots {
		_ = root.Close()
	}
}

// stagedFile is one change that waits to be made.
type stagedFile struct {
	Change
	root   *os.Root
	path   string // for messages
	temp   string // "" where the file goes
	folder string // was made for the file; "" where it was there
	done   bool
}

func (s *stagedFile) unchanged(err error) error {
	return fmt.Errorf("%s: %w; nothing was changed", s.path, cause(err))
}

// stage writes the new text beside the file.
func (s *stagedFile) stage() error {
	was, err := s.writable()
	if err != nil || s.Remove {
		return err
	}
	if folder := path.Dir(s.File); s.Before == nil && folder != "." {
		if _, err := s.root.Lstat(folder); errors.Is(err, fs.ErrNotExist) {
			if err := s.root.MkdirAll(folder, 0o755); err != nil {
				return err
			}
			s.folder = folder
		}
	}
	// What a killed run left behind must be in nobody's way.
	temp := path.Join(path.Dir(s.File), ".new-"+strconv.FormatUint(rand.Uint64(), 36))
	f, err := s.root.OpenFile(temp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	s.temp = temp
	_, err = f.Write(s.After)
	if err == nil {
		err = dress(f, was)
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// dress gives a new file the mode and, as far as it may, the owner of the old one,
// which is nil for a new file.
func dress(f *os.File, was fs.FileInfo) error {
	if was == nil {
		return f.Chmod(0o644)
	}
	keepOwner(f, was)
	return f.Chmod(was.Mode().Perm())
}

func (s *stagedFile) commit() error {
	err := error(nil)
	if s.temp == "" {
		err = s.root.Remove(s.File)
	} else {
		err = s.root.Rename(s.temp, s.File)
	}
	s.done = err == nil
	return err
}

// clean takes back what stage left, where the change was not made.
func (s *stagedFile) clean() {
	if s.done {
		return
	}
	if s.temp != "" {
		_ = s.root.Remove(s.temp)
	}
	if s.folder != "" {
		_ = s.root.Remove(s.folder)
	}
}

// writable returns what the file is; nil for a new one.
func (s *stagedFile) writable() (fs.FileInfo, error) {
	info, err := s.root.Lstat(s.File)
	switch {
	case errors.Is(err, fs.ErrNotExist) && s.Before == nil:
		return nil, nil
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, errors.New("it is not a regular file any more")
	case info.Mode().Perm()&0o200 == 0: // a rename would not ask
		return nil, errors.New("it is read-only")
	}
	now, err := s.root.ReadFile(s.File)
	if err == nil && (s.Before == nil || !bytes.Equal(now, s.Before)) {
		err = errors.New("it has changed since it was read; run again")
	}
	return info, err
}

// cause is the error without the path, which is named already.
func cause(err error) error {
	var pathError *fs.PathError
	var linkError *os.LinkError
	switch {
	case errors.As(err, &pathError):
		return pathError.Err
	case errors.As(err, &linkError):
		return linkError.Err
	}
	return err
}
