package git

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"

	"github.com/go-git/go-billy/v5"
)

// lockFile is a file of the repository that is being replaced, as git does it: whoever
// makes NAME.lock may, and renames it.
type lockFile struct {
	dot  billy.Filesystem
	name string
	file billy.File // nil once it is done
}

// lock fails where another git is at work on the file.
func (r *Repo) lock(name string) (*lockFile, error) {
	dot := r.storage.Filesystem()
	if err := dot.MkdirAll(path.Dir(name), 0o755); err != nil {
		return nil, err
	}
	file, err := dot.OpenFile(name+".lock", os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%s.lock exists in the git folder: another git is at work there; if there is none, remove it", name)
	}
	return &lockFile{dot: dot, name: name, file: file}, err
}

// commit puts what was written in the file's place.
func (l *lockFile) commit() error {
	err := l.file.Close()
	l.file = nil
	if err == nil {
		err = l.dot.Rename(l.name+".lock", l.name)
	}
	if err != nil {
		_ = l.dot.Remove(l.name + ".lock")
	}
	return err
}

// release gives up a lock that was not committed.
func (l *lockFile) release() {
	if l.file != nil {
		_ = l.file.Close()
		_ = l.dot.Remove(l.name + ".lock")
	}
}
