package git

import (
	"bufio"
	"errors"
	"fmt"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
)

const (
	bareConfig = "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n"
	// mirrorConfig marks a folder that Mirror made, the only kind that it replaces.
	mirrorConfig = bareConfig + "[catalogue]\n\tmirror = true\n"
)

// staleTemp is the age from which a temporary folder or file belongs to a process that was killed.
const staleTemp = 24 * time.Hour

// refs are the branches and tags of a repository that this package writes.
type refs struct {
	head   string // HEAD's content: `ref: refs/heads/main`, or a hash where it is detached
	byName map[string]plumbing.Hash
	peeled map[string]plumbing.Hash // what annotated tags lead to, where the server says it
}

func (r refs) equal(other refs) bool {
	return r.head == other.head && maps.Equal(r.byName, other.byName)
}

// hashes lists each object that the refs name once.
func (r refs) hashes() iter.Seq[plumbing.Hash] {
	return func(yield func(plumbing.Hash) bool) {
		seen := map[plumbing.Hash]bool{}
		if plumbing.IsHash(r.head) {
			seen[plumbing.NewHash(r.head)] = true
		}
		for _, hash := range r.byName {
			seen[hash] = true
		}
		for hash := range seen {
			if !yield(hash) {
				return
			}
		}
	}
}

// createBare lays out a bare repository without refs (gitrepository-layout(5)).
func createBare(dir, config string) error {
	for _, folder := range []string{"objects/pack", "objects/info", "refs/heads", "refs/tags"} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o755); err != nil {
			return err
		}
	}
	if err := writeFile(filepath.Join(dir, "config"), config); err != nil {
		return err
	}
	// Without HEAD it would be no repository; writeRefs replaces it.
	return os.WriteFile(filepath.Join(dir, "HEAD"), []byte("ref: "+mainBranch.String()+"\n"), 0o644)
}

// writeRefs replaces all refs at once: one packed-refs file is renamed into place, so
// a reader sees the old set or the new one, and no ref's name becomes a path.
func writeRefs(dir string, r refs) error {
	var text strings.Builder
	text.WriteString("# pack-refs with: sorted\n")
	for _, name := range slices.Sorted(maps.Keys(r.byName)) {
		fmt.Fprintf(&text, "%s %s\n", r.byName[name], name)
	}
	if err := writeFile(filepath.Join(dir, "packed-refs"), text.String()); err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, "HEAD"), r.head+"\n")
}

// readRefs reads what writeRefs wrote.
func readRefs(dir string) (refs, error) {
	head, err := readLine(filepath.Join(dir, "HEAD"))
	if err != nil {
		return refs{}, err
	}
	file, err := os.Open(filepath.Join(dir, "packed-refs"))
	if err != nil {
		return refs{}, err
	}
	defer file.Close()
	read := refs{head: head, byName: map[string]plumbing.Hash{}}
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		hash, name, ok := strings.Cut(lines.Text(), " ")
		if strings.HasPrefix(hash, "#") {
			continue
		}
		if !ok || !plumbing.IsHash(hash) {
			return refs{}, fmt.Errorf("%s: expected `HASH REF`, found %q", file.Name(), lines.Text())
		}
		read.byName[name] = plumbing.NewHash(hash)
	}
	return read, lines.Err()
}

// writeFile writes atomically.
func writeFile(path, text string) error {
	temp, err := os.CreateTemp(filepath.Dir(path), "tmp_"+filepath.Base(path)+"_*")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name())
	_, err = temp.WriteString(text)
	if err = errors.Join(err, temp.Chmod(0o644), temp.Sync(), temp.Close()); err != nil {
		return err
	}
	return os.Rename(temp.Name(), path)
}

// inTemp has a folder filled beside dir and renames it to dir when that succeeded.
func inTemp(dir string, fill func(temp string) error) error {
	parent, name := filepath.Split(filepath.Clean(dir))
	if err := os.MkdirAll(filepath.Clean(parent), 0o755); err != nil && parent != "" {
		return err
	}
	prefix := name + ".tmp-"
	removeStale(parent, prefix)
	temp, err := os.MkdirTemp(parent, prefix)
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	if err := os.Chmod(temp, 0o755); err != nil {
		return err
	}
	if err := fill(temp); err != nil {
		return err
	}
	return os.Rename(temp, dir)
}

// removeStale removes what killed processes left in a folder. It is best effort.
func removeStale(dir, prefix string) {
	entries, _ := os.ReadDir(filepath.Clean(dir))
	for _, entry := range entries {
		info, err := entry.Info()
		if err == nil && strings.HasPrefix(entry.Name(), prefix) && time.Since(info.ModTime()) > staleTemp {
			_ = os.RemoveAll(filepath.Join(dir, entry.Name()))
		}
	}
}
