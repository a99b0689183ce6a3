package git

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/storer"
)

// maxRefDepth bounds the folders below refs/tags.
const maxRefDepth = 20

// tagRefs reads what each tag's ref says: a hash, or `ref: NAME`. It reads the files
// itself, since go-git gives up on all refs where one file is empty, as a crash leaves it.
func (r *Repo) tagRefs() (byName map[string]string, err error) {
	byName = map[string]string{}
	packed := r.packedTags(byName)
	loose := r.looseTags("refs/tags", byName, 0)
	return byName, errors.Join(packed, loose)
}

func (r *Repo) packedTags(byName map[string]string) error {
	file, err := r.storage.Filesystem().Open("packed-refs")
	if isMissing(err) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		hash, name, _ := strings.Cut(lines.Text(), " ")
		if tag, ok := strings.CutPrefix(name, "refs/tags/"); ok && hash != "#" {
			byName[tag] = hash
		}
	}
	return lines.Err()
}

// looseTags reads the files below a folder; they win over packed refs.
func (r *Repo) looseTags(dir string, byName map[string]string, depth int) error {
	if depth > maxRefDepth {
		return fmt.Errorf("%s: more than %d folders deep", dir, maxRefDepth)
	}
	files, err := r.storage.Filesystem().ReadDir(dir)
	if isMissing(err) {
		return nil
	}
	faults := []error{err}
	for _, file := range files {
		name := path.Join(dir, file.Name())
		if file.IsDir() {
			faults = append(faults, r.looseTags(name, byName, depth+1))
			continue
		}
		if strings.HasSuffix(name, ".lock") { // another git is about to write the ref
			continue
		}
		text, err := r.readRef(name)
		byName[strings.TrimPrefix(name, "refs/tags/")] = text
		faults = append(faults, err)
	}
	return errors.Join(faults...)
}

func (r *Repo) readRef(name string) (string, error) {
	file, err := r.storage.Filesystem().Open(name)
	if err != nil {
		return "", err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, 4<<10))
	return strings.TrimSpace(string(text)), err
}

// resolve turns what a ref says into a hash.
func (r *Repo) resolve(text string) (plumbing.Hash, error) {
	if target, ok := strings.CutPrefix(text, "ref: "); ok {
		ref, err := storer.ResolveReference(r.storage, plumbing.ReferenceName(target))
		if err != nil {
			return plumbing.ZeroHash, fmt.Errorf("%q: %w", target, err)
		}
		return ref.Hash(), nil
	}
	if !plumbing.IsHash(text) {
		return plumbing.ZeroHash, fmt.Errorf("its ref says %.60q, expected a hash", text)
	}
	return plumbing.NewHash(text), nil
}
