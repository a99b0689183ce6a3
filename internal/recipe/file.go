package recipe

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
)

// What ReadFile refuses. The errors that it returns wrap these and name the path.
var (
	ErrOutside    = errors.New("not a clean relative path inside the recipe")
	ErrSymlink    = errors.New("a symlink, which is never followed; put the file itself there")
	ErrNotRegular = errors.New("not a regular file")
	ErrTooLarge   = fmt.Errorf("larger than %d bytes, the most that a recipe's file may have", MaxFileSize)
)

// ReadFile reads one regular file of the recipe: at most MaxFileSize bytes, no
// symlink on the way, no path out of the tree. It fails with ErrOutside,
// ErrSymlink, ErrNotRegular, ErrTooLarge, or what the file system says
// (fs.ErrNotExist); every error names the path.
func ReadFile(fsys fs.FS, path string) ([]byte, error) {
	data, err := readRegular(fsys, path)
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		err = pathErr.Err // names the path too, but unquoted
	}
	if err != nil {
		return nil, fmt.Errorf("%q: %w", path, err)
	}
	return data, nil
}

func readRegular(fsys fs.FS, path string) ([]byte, error) {
	if err := checkPath(fsys, path); err != nil {
		return nil, err
	}
	f, err := fsys.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	// The file may have been swapped since checkPath; what is open now counts.
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, ErrNotRegular
	}
	return readBounded(f, info.Size())
}

// readBounded reads at most MaxFileSize bytes, whatever size claims.
func readBounded(r io.Reader, size int64) ([]byte, error) {
	if size > MaxFileSize {
		return nil, ErrTooLarge
	}
	data, err := io.ReadAll(io.LimitReader(r, MaxFileSize+1))
	if err != nil {
		return nil, err
	}
	if len(data) > MaxFileSize {
		return nil, ErrTooLarge
	}
	return data, nil
}

// checkPath refuses a path that leaves the tree, leads through a symlink, or ends
// at anything but a regular file.
func checkPath(fsys fs.FS, name string) error {
	if !fs.ValidPath(name) {
		return ErrOutside
	}
	for _, parent := range parents(name) {
		info, err := fs.Lstat(fsys, parent)
		if err != nil {
			return err
		}
		if info.Mode().Type() == fs.ModeSymlink {
			return ErrSymlink
		}
	}
	info, err := fs.Lstat(fsys, name)
	switch {
	case err != nil:
		return err
	case info.Mode().Type() == fs.ModeSymlink:
		return ErrSymlink
	case !info.Mode().IsRegular():
		return ErrNotRegular
	}
	return nil
}

// parents lists the folders on the way to name, outermost first.
func parents(name string) []string {
	var dirs []string
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		dirs = append([]string{dir}, dirs...)
	}
	return dirs
}

// OpenDir opens a folder on disk as a recipe's file system (os.Root underneath: no
// symlink leads out of it). Close it with the returned function.
func OpenDir(dir string) (fs.FS, func() error, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, nil, fmt.Errorf("open recipe folder: %w", err)
	}
	return root.FS(), root.Close, nil
}

// fileFault turns an error of ReadFile into a Fault.
func fileFault(path string, err error) Fault {
	code := CodeUnreadable
	switch {
	case errors.Is(err, ErrTooLarge):
		code = CodeFileTooLarge
	case errors.Is(err, ErrSymlink):
		code = CodeSymlink
	case errors.Is(err, ErrNotRegular):
		code = CodeNotRegular
	}
	return Fault{code, Span{File: path}, "cannot read " + strings.TrimSpace(err.Error())}
}
