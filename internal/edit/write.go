package edit

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
)

// Write makes the changes in the folder, each file at once and with the mode it
// had; new folders are made. All new texts are on disk before the first file is
// replaced. It fails where a file is not what it was before any more, or may not be
// written; the error begins with the file's path.
func Write(dir string, changes []Change) error {
	if len(changes) == 0 {
		return nil
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	var staged []stagedFile
	defer func() {
		for _, s := range staged {
			s.clean(root)
		}
	}()
	for _, c := range changes {
		s, err := stage(root, c)
		staged = append(staged, s)
		if err != nil {
			return fmt.Errorf("%s: %w; nothing was changed", filepath.Join(dir, c.File), cause(err))
		}
	}
	for i := range staged {
		if err := staged[i].commit(root); err != nil {
			return fmt.Errorf("%s: %w; of %d files %d were changed before", filepath.Join(dir, changes[i].File), cause(err), len(changes), i)
		}
	}
	return nil
}

// stagedFile is one change that waits to be made.
type stagedFile struct {
	file   string
	temp   string // "" where the file goes
	folder string // was made for the file; "" where it was there
	done   bool
}

// stage writes the new text beside the file.
func stage(root *os.Root, c Change) (stagedFile, error) {
	s := stagedFile{file: c.File}
	mode, err := writable(root, c.File, c.Before)
	if err != nil || c.Remove {
		return s, err
	}
	if folder := path.Dir(c.File); c.Before == nil && folder != "." {
		if _, err := root.Lstat(folder); errors.Is(err, fs.ErrNotExist) {
			if err := root.MkdirAll(folder, 0o755); err != nil {
				return s, err
			}
			s.folder = folder
		}
	}
	temp := path.Join(path.Dir(c.File), ".new-"+strconv.Itoa(os.Getpid())+"-"+path.Base(c.File))
	f, err := root.OpenFile(temp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return s, err
	}
	s.temp = temp
	_, err = f.Write(c.After)
	if err == nil {
		err = f.Chmod(mode)
	}
	if err == nil {
		err = f.Sync()
	}
	return s, errors.Join(err, f.Close())
}

func (s *stagedFile) commit(root *os.Root) error {
	err := error(nil)
	if s.temp == "" {
		err = root.Remove(s.file)
	} else {
		err = root.Rename(s.temp, s.file)
	}
	s.done = err == nil
	return err
}

// clean takes back what stage left, where the change was not made.
func (s *stagedFile) clean(root *os.Root) {
	if s.done {
		return
	}
	if s.temp != "" {
		_ = root.Remove(s.temp)
	}
	if s.folder != "" {
		_ = root.Remove(s.folder)
	}
}

// writable returns the mode that the file has and shall have.
func writable(root *os.Root, file string, before []byte) (fs.FileMode, error) {
	info, err := root.Lstat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist) && before == nil:
		return 0o644, nil
	case err != nil:
		return 0, err
	case !info.Mode().IsRegular():
		return 0, errors.New("it is not a regular file any more")
	case info.Mode().Perm()&0o200 == 0: // a rename would not ask
		return 0, errors.New("it is read-only")
	}
	now, err := root.ReadFile(file)
	if err == nil && (before == nil || !bytes.Equal(now, before)) {
		err = errors.New("it has changed since it was read; run again")
	}
	return info.Mode().Perm(), err
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
