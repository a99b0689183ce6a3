package publish

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"
)

// tempPrefix marks files that are being written. Web servers that serve the
// folder hide names with a leading dot.
const tempPrefix = ".publish-"

// leftoverAge is when a temporary file belongs to a run that has died.
const leftoverAge = time.Hour

// folder is where the catalogue is published. No path, and no symlink in it,
// leads out of it.
type folder struct{ root *os.Root }

func openFolder(dir string) (*folder, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &folder{root}, nil
}

func (f *folder) close() error { return f.root.Close() }

// write makes name hold data, atomically, and does nothing where it does
// already: then its time and its ETag stay as well.
func (f *folder) write(name string, data []byte) error {
	if f.holds(name, data) {
		return nil
	}
	dir := path.Dir(name)
	if err := f.root.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	temp := path.Join(dir, tempPrefix+rand.Text())
	if err := f.writeSynced(temp, data); err != nil {
		return errors.Join(err, f.remove(temp))
	}
	if err := f.root.Rename(temp, name); err != nil {
		return errors.Join(fmt.Errorf("%s: %w", name, err), f.remove(temp))
	}
	return nil
}

func (f *folder) holds(name string, data []byte) bool {
	info, err := f.root.Lstat(name)
	if err != nil || !info.Mode().IsRegular() || info.Size() != int64(len(data)) {
		return false
	}
	old, err := f.root.ReadFile(name)
	return err == nil && bytes.Equal(old, data)
}

// writeSynced returns once the data is on the disk: a rename that survives a
// power failure must not lead to an empty file.
func (f *folder) writeSynced(name string, data []byte) error {
	file, err := f.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

// sync puts the folder's renames on the disk. A folder that is not there has
// none.
func (f *folder) sync(name string) error {
	dir, err := f.root.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// list returns the names of the files in a folder; none where it is not there.
func (f *folder) list(name string) ([]string, error) {
	entries, err := fs.ReadDir(f.root.FS(), path.Clean("./"+name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var names []string
	for _, entry := range entries {
		if entry.Type().IsRegular() {
			names = append(names, entry.Name())
		}
	}
	return names, err
}

// remove is content where the file is gone already.
func (f *folder) remove(name string) error {
	if err := f.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// removeEmpty leaves a folder alone that holds files of others.
func (f *folder) removeEmpty(name string) { _ = f.root.Remove(name) }

// removeLeftovers removes temporary files of runs that were killed.
func (f *folder) removeLeftovers(dirs []string) error {
	for _, dir := range dirs {
		names, err := f.list(dir)
		if err != nil {
			return err
		}
		for _, name := range names {
			if err := f.removeLeftover(path.Join(dir, name)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *folder) removeLeftover(name string) error {
	info, err := f.root.Lstat(name)
	if err != nil || !strings.HasPrefix(path.Base(name), tempPrefix) || time.Since(info.ModTime()) < leftoverAge {
		return nil
	}
	return f.remove(name)
}
