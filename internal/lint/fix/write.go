package fix

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

// Write puts the changed files into the folder, each at once and with the mode it
// had. All new texts are on disk before the first file is replaced. It fails
// where a file is not what was judged any more, or may not be written.
func (o Outcome) Write(dir string) error {
	if len(o.After) == 0 {
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
			_ = root.Remove(s.temp) // gone after the rename
		}
	}()
	for _, file := range o.Changed() {
		s, err := stage(root, file, o.Before[file], o.After[file])
		if s.temp != "" {
			staged = append(staged, s)
		}
		if err != nil {
			return fmt.Errorf("cannot fix %s: %w; nothing was changed (--diff prints the fixes as a patch)", filepath.Join(dir, file), cause(err))
		}
	}
	for i, s := range staged {
		if err := root.Rename(s.temp, s.file); err != nil {
			return fmt.Errorf("cannot fix %s: %w; of %d files %d were changed before", filepath.Join(dir, s.file), cause(err), len(staged), i)
		}
	}
	return nil
}

type stagedFile struct{ file, temp string }

// stage writes the new text beside the file.
func stage(root *os.Root, file string, before, after []byte) (stagedFile, error) {
	mode, err := writable(root, file, before)
	if err != nil {
		return stagedFile{}, err
	}
	s := stagedFile{file: file, temp: path.Join(path.Dir(file), ".recipe-lint-"+strconv.Itoa(os.Getpid())+"-"+path.Base(file))}
	f, err := root.OpenFile(s.temp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return stagedFile{}, err
	}
	_, err = f.Write(after)
	if err == nil {
		err = f.Chmod(mode)
	}
	if err == nil {
		err = f.Sync()
	}
	return s, errors.Join(err, f.Close())
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
	if err == nil && !bytes.Equal(now, before) {
		err = errors.New("it has changed since it was judged; run again")
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
