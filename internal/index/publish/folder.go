package publish

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
)

// tempPrefix marks files that are being written. Web servers that serve the
// folder hide names with a leading dot.
const tempPrefix = ".publish-"

// leftoverAge is when a temporary file belongs to a run that has died.
const leftoverAge = time.Hour

// folder is where the catalogue is published. No path, and no symlink in it,
// leads out of it.
//
// Files are staged under other names first, which takes as long as the disk
// does, and put in place together at the end, which takes a moment. What fails
// before that leaves the old catalogue as it was.
type folder struct {
	root *os.Root

	mu     sync.Mutex
	staged []staged // in the order in which they are to be put in place
	json   []catalogue.File
}

// staged is a file that is on the disk and has not got its name yet.
type staged struct{ temp, name string }

func openFolder(dir string) (*folder, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &folder{root: root}, nil
}

// close removes what was staged and not put in place.
func (f *folder) close() {
	for _, file := range f.staged {
		_ = f.remove(file.temp)
	}
	_ = f.root.Close()
}

// stage prepares name to hold data, and does nothing where it does already:
// then its time and its ETag stay as well.
func (f *folder) stage(name string, data []byte) error {
	f.note(name, data)
	if f.holds(name, data) {
		return nil
	}
	dir := path.Dir(name)
	if err := f.root.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	temp := path.Join(dir, tempPrefix+rand.Text())
	f.mu.Lock()
	f.staged = append(f.staged, staged{temp, name})
	f.mu.Unlock()
	return f.writeSynced(temp, data)
}

// note keeps what the manifest says of a JSON file.
func (f *folder) note(name string, data []byte) {
	if path.Ext(name) != ".json" {
		return
	}
	file := catalogue.NewFile(name, data)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.json = append(f.json, file)
}

// vouching are the files that say what the others hold.
var vouching = []string{"v2/index.json", catalogue.ManifestPath}

// commit puts what was staged in place, each file atomically. A file that vouches
// for those before it waits until these are on the disk.
func (f *folder) commit() error {
	dirs := map[string]bool{}
	for len(f.staged) > 0 {
		file := f.staged[0]
		if slices.Contains(vouching, file.name) {
			if err := f.sync(dirs); err != nil {
				return err
			}
		}
		if err := f.root.Rename(file.temp, file.name); err != nil {
			return fmt.Errorf("%s: %w", file.name, err)
		}
		dirs[path.Dir(file.name)] = true
		f.staged = f.staged[1:]
	}
	return nil
}

func (f *folder) has(name string) bool {
	_, err := f.root.Lstat(name)
	return err == nil
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

// sync puts the new names in the folders on the disk.
func (f *folder) sync(dirs map[string]bool) error {
	for name := range dirs {
		dir, err := f.root.Open(name)
		if err != nil {
			return err
		}
		if err := errors.Join(dir.Sync(), dir.Close()); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
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
