package git

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"sort"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/storage/filesystem"
)

// Snapshot is one state of a repository's files, committed on top of the one before it.
type Snapshot struct {
	Files       fs.FS     // regular files, symlinks where it is a fs.ReadLinkFS, and folders (empty ones are lost)
	Version     string    // the tag; "" commits without one
	Message     string    // of the commit and the tag; "" means `chore: publish VERSION release`
	Author      string    // "" means Co-op Cloud
	Email       string    // "" means recipes@example.org
	Date        time.Time // zero means 1 January 2021
	Lightweight bool      // tag without a tag object
}

const mainBranch = plumbing.ReferenceName("refs/heads/main")

// Build makes a bare repository in dir with one commit and one annotated tag per
// snapshot, on branch main. The same snapshots give the same hashes. It makes all or
// nothing, and fails with fs.ErrExist where dir exists.
func Build(dir string, snapshots []Snapshot) error {
	if _, err := os.Lstat(dir); err == nil {
		return fmt.Errorf("build git repository %s: %w", dir, fs.ErrExist)
	}
	err := inTemp(dir, func(temp string) error { return build(temp, snapshots) })
	if err != nil {
		return fmt.Errorf("build git repository %s: %w", dir, err)
	}
	return nil
}

func build(dir string, snapshots []Snapshot) error {
	if err := createBare(dir, bareConfig); err != nil {
		return err
	}
	repo, err := Open(dir)
	if err != nil {
		return err
	}
	refs := refs{head: "ref: " + mainBranch.String(), byName: map[string]plumbing.Hash{}}
	for _, snapshot := range snapshots {
		if err := (builder{repo.storage}).add(snapshot, refs.byName); err != nil {
			return fmt.Errorf("version %q: %w", snapshot.Version, err)
		}
	}
	return writeRefs(dir, refs)
}

// builder writes git objects.
type builder struct{ storage *filesystem.Storage }

func (b builder) add(snapshot Snapshot, refs map[string]plumbing.Hash) error {
	tag := plumbing.NewTagReferenceName(snapshot.Version)
	if err := tag.Validate(); snapshot.Version != "" && err != nil {
		return err
	}
	tree, err := b.tree(snapshot.Files, ".")
	if err != nil {
		return err
	}
	commit := b.commit(snapshot, tree, refs[mainBranch.String()])
	hash, err := b.store(commit)
	if err != nil {
		return err
	}
	refs[mainBranch.String()] = hash
	if snapshot.Version == "" {
		return nil
	}
	if !snapshot.Lightweight {
		hash, err = b.store(&object.Tag{
			Name: snapshot.Version, Tagger: commit.Author, Message: commit.Message,
			Target: hash, TargetType: plumbing.CommitObject,
		})
	}
	refs[tag.String()] = hash
	return err
}

func (b builder) commit(snapshot Snapshot, tree, parent plumbing.Hash) *object.Commit {
	who := object.Signature{Name: snapshot.Author, Email: snapshot.Email, When: snapshot.Date.UTC()}
	if who.When.IsZero() {
		who.When = time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	if who.Name == "" {
		who.Name = "Co-op Cloud"
	}
	if who.Email == "" {
		who.Email = "recipes@example.org"
	}
	message := snapshot.Message
	if message == "" {
		message = "chore: publish " + snapshot.Version + " release"
	}
	commit := &object.Commit{Author: who, Committer: who, Message: message + "\n", TreeHash: tree}
	if !parent.IsZero() {
		commit.ParentHashes = []plumbing.Hash{parent}
	}
	return commit
}

func (b builder) tree(files fs.FS, dir string) (plumbing.Hash, error) {
	listed, err := fs.ReadDir(files, dir)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	tree := &object.Tree{}
	for _, file := range listed {
		entry, err := b.entry(files, path.Join(dir, file.Name()), file)
		if errors.Is(err, errEmptyFolder) {
			continue
		}
		if err != nil {
			return plumbing.ZeroHash, err
		}
		tree.Entries = append(tree.Entries, entry)
	}
	if len(tree.Entries) == 0 && dir != "." {
		return plumbing.ZeroHash, errEmptyFolder
	}
	sort.Sort(object.TreeEntrySorter(tree.Entries))
	return b.store(tree)
}

// errEmptyFolder marks what git cannot hold.
var errEmptyFolder = errors.New("empty folder")

func (b builder) entry(files fs.FS, name string, file fs.DirEntry) (object.TreeEntry, error) {
	entry := object.TreeEntry{Name: file.Name()}
	if !honest(entry.Name) {
		return entry, fmt.Errorf("%q is no name that git can hold", name)
	}
	info, err := file.Info()
	if err != nil {
		return entry, err
	}
	if entry.Mode, err = filemode.NewFromOSFileMode(info.Mode()); err != nil {
		return entry, fmt.Errorf("%s: %w", name, err)
	}
	if entry.Mode == filemode.Dir {
		entry.Hash, err = b.tree(files, name)
		return entry, err
	}
	content, err := content(files, name, entry.Mode)
	if err == nil {
		entry.Hash, err = b.write(plumbing.BlobObject, content)
	}
	return entry, err
}

func content(files fs.FS, name string, mode filemode.FileMode) ([]byte, error) {
	if mode == filemode.Symlink {
		target, err := fs.ReadLink(files, name)
		return []byte(target), err
	}
	return fs.ReadFile(files, name)
}

func (b builder) store(from interface {
	Encode(plumbing.EncodedObject) error
},
) (plumbing.Hash, error) {
	encoded := b.storage.NewEncodedObject()
	if err := from.Encode(encoded); err != nil {
		return plumbing.ZeroHash, err
	}
	return b.storage.SetEncodedObject(encoded)
}

func (b builder) write(kind plumbing.ObjectType, data []byte) (plumbing.Hash, error) {
	encoded := b.storage.NewEncodedObject()
	encoded.SetType(kind)
	writer, err := encoded.Writer()
	if err == nil {
		_, err = writer.Write(data)
	}
	if err != nil {
		return plumbing.ZeroHash, err
	}
	return b.storage.SetEncodedObject(encoded)
}
