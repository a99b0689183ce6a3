package git

import (
	"errors"
	"fmt"
	"io"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/storage/filesystem/dotgit"
)

const (
	maxMeta    = 1 << 20  // bytes of a commit or tag
	maxTree    = 4 << 20  // bytes of one folder's listing, about 100,000 names
	maxBlob    = 64 << 20 // bytes of one file, inflated
	maxPeel    = 16       // tags of tags
	streamFrom = 1 << 20  // go-git streams objects from here on, instead of keeping them in memory
)

// load finds an object without reading much of it. The caller holds r.mu.
func (r *Repo) load(hash plumbing.Hash) (plumbing.EncodedObject, error) {
	var found plumbing.EncodedObject
	err := r.current(func() (err error) {
		found, err = r.storage.EncodedObject(plumbing.AnyObject, hash)
		return err
	})
	if r.partial && errors.Is(err, plumbing.ErrObjectNotFound) {
		err = fmt.Errorf("%w: %w", err, errNotFetched)
	}
	if err != nil {
		return nil, fmt.Errorf("object %s: %w", hash, err)
	}
	return found, nil
}

// current reads again where a pack is gone: another git has packed anew, as it does
// in the background of a fetch. The caller holds r.mu.
func (r *Repo) current(read func() error) error {
	err := read()
	if errors.Is(err, dotgit.ErrPackfileNotFound) {
		r.storage.Reindex()
		err = read()
	}
	return err
}

// commit reads a commit. The caller holds r.mu.
func (r *Repo) commit(hash plumbing.Hash) (*object.Commit, error) {
	found, err := r.load(hash)
	if err != nil {
		return nil, err
	}
	if found.Type() != plumbing.CommitObject {
		return nil, fmt.Errorf("object %s is a %s, expected a commit", hash, found.Type())
	}
	if err := within(found, maxMeta); err != nil {
		return nil, err
	}
	return object.DecodeCommit(r.storage, found)
}

// tagObject reads an annotated tag. The caller holds r.mu.
func (r *Repo) tagObject(found plumbing.EncodedObject) (*object.Tag, error) {
	if err := within(found, maxMeta); err != nil {
		return nil, err
	}
	return object.DecodeTag(r.storage, found)
}

// tree reads one folder's listing. The caller holds r.mu.
func (r *Repo) tree(hash plumbing.Hash) (*object.Tree, error) {
	found, err := r.load(hash)
	if err != nil {
		return nil, err
	}
	if found.Type() != plumbing.TreeObject {
		return nil, fmt.Errorf("object %s is a %s, expected a tree", hash, found.Type())
	}
	if err := within(found, maxTree); err != nil {
		return nil, err
	}
	return object.DecodeTree(r.storage, found)
}

// blob reads a file's content.
func (r *Repo) blob(hash plumbing.Hash) ([]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	found, err := r.load(hash)
	if err != nil {
		return nil, err
	}
	if found.Type() != plumbing.BlobObject {
		return nil, fmt.Errorf("object %s is a %s, expected a blob", hash, found.Type())
	}
	if err := within(found, maxBlob); err != nil {
		return nil, err
	}
	reader, err := found.Reader()
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	data := make([]byte, found.Size())
	_, err = io.ReadFull(reader, data)
	return data, err
}

// blobSize is a file's size, without inflating it.
func (r *Repo) blobSize(hash plumbing.Hash) (int64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.size(hash)
}

// size is blobSize for a caller who holds r.mu.
func (r *Repo) size(hash plumbing.Hash) (int64, error) {
	var size int64
	err := r.current(func() (err error) {
		size, err = r.storage.EncodedObjectSize(hash)
		return err
	})
	if !errors.Is(err, plumbing.ErrObjectNotFound) {
		return size, err
	}
	// go-git looks for sizes in the repo alone, but for objects in its alternates too.
	found, err := r.load(hash)
	if err != nil {
		return 0, err
	}
	return found.Size(), nil
}

func within(found plumbing.EncodedObject, most int64) error {
	if found.Size() > most {
		return fmt.Errorf("%s %s has %d bytes, at most %d are read: %w", found.Type(), found.Hash(), found.Size(), most, ErrTooLarge)
	}
	return nil
}

func parseHash(text string) (plumbing.Hash, error) {
	if !plumbing.IsHash(text) {
		return plumbing.ZeroHash, fmt.Errorf("%q is no commit hash, expected 40 hexadecimal digits", text)
	}
	return plumbing.NewHash(text), nil
}
