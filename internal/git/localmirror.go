package git

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/go-git/go-git/v5/plumbing"
)

// localMirror is what an earlier Mirror left.
type localMirror struct {
	dir  string
	repo *Repo
	refs refs
}

// openMirror returns nil for a mirror that is not there yet, or so damaged that it
// must be fetched anew.
func openMirror(dir string) (*localMirror, error) {
	if entries, err := os.ReadDir(dir); errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil, nil
	}
	config, err := os.ReadFile(filepath.Join(dir, "config"))
	if err != nil || string(config) != mirrorConfig {
		return nil, fmt.Errorf("%s exists and is no mirror made by this program; move it away", dir)
	}
	repo, err := Open(dir)
	if err != nil {
		return nil, nil
	}
	stored, err := readRefs(dir)
	if err != nil {
		return nil, nil
	}
	m := &localMirror{dir: dir, repo: repo, refs: stored}
	if _, err := m.missing(stored); err != nil {
		return nil, nil
	}
	return m, nil
}

func (m *localMirror) isCurrent(now refs) bool {
	missing, err := m.missing(now)
	return m.refs.equal(now) && err == nil && len(missing) == 0
}

// missing lists the objects that refs name and the mirror lacks. It fails where the
// mirror's pack indexes are damaged.
func (m *localMirror) missing(wanted refs) ([]plumbing.Hash, error) {
	var missing []plumbing.Hash
	for hash := range wanted.hashes() {
		err := m.repo.storage.HasEncodedObject(hash)
		if err != nil && !errors.Is(err, plumbing.ErrObjectNotFound) {
			return nil, err
		}
		if err != nil {
			missing = append(missing, hash)
		}
	}
	plumbing.HashesSort(missing)
	return missing, nil
}

// update fetches what is missing, then replaces the refs.
func (m *localMirror) update(ctx context.Context, c *connection, now refs) error {
	wants, err := m.missing(now)
	if err != nil {
		return err
	}
	if len(wants) > 0 {
		if err := c.fetch(ctx, wants, m.haves(), filepath.Join(m.dir, "objects", "pack")); err != nil {
			return err
		}
	}
	m.repo.storage.Reindex()
	left, err := m.missing(now)
	if err == nil && len(left) > 0 {
		err = fmt.Errorf("the server announced object %s and did not send it", left[0])
	}
	if err != nil {
		return err
	}
	return writeRefs(m.dir, now)
}

func (m *localMirror) haves() []plumbing.Hash {
	var haves []plumbing.Hash
	for hash := range m.refs.hashes() {
		if m.repo.storage.HasEncodedObject(hash) == nil {
			haves = append(haves, hash)
		}
	}
	plumbing.HashesSort(haves)
	return haves
}

// isBloated says that fetching anew is the better bargain: every fetch adds a pack,
// and a remote that keeps rewriting its history would fill the disk.
func (m *localMirror) isBloated(limits Limits) bool {
	const maxPacks = 50
	entries, _ := os.ReadDir(filepath.Join(m.dir, "objects", "pack"))
	size := int64(0)
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil {
			size += info.Size()
		}
	}
	return len(entries) > 2*maxPacks || size > 2*limits.Bytes
}
