package git

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/format/index"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// Saver commits changes of a few files to the branch of a clean work tree. It runs no
// hooks, filters nothing and signs nothing.
type Saver struct {
	repo   *Repo
	branch plumbing.ReferenceName
	parent plumbing.Hash
	tree   plumbing.Hash
	head   tracked
	who    object.Signature
}

// NewSaver looks whether a commit can be made, before anything is changed. It fails
// with ErrDirty where tracked files have changes, or with what else is in the way: no
// work tree, no branch, a merge under way, nobody known who commits.
func (r *Repo) NewSaver(getenv func(string) string) (*Saver, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := &Saver{repo: r, head: tracked{}}
	if err := s.prepare(getenv); err != nil {
		return nil, fmt.Errorf("git repository %s: %w", r.dir, err)
	}
	return s, nil
}

func (s *Saver) prepare(getenv func(string) string) error {
	if _, err := os.Lstat(filepath.Join(s.repo.dir, ".git")); err != nil {
		return errors.New("it has no work tree")
	}
	for _, mark := range []string{"MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge", "rebase-apply"} {
		if _, err := s.repo.storage.Filesystem().Stat(mark); err == nil {
			return fmt.Errorf("a merge, rebase or the like is under way (%s); finish it first", mark)
		}
	}
	head, err := s.repo.storage.Reference(plumbing.HEAD)
	if err != nil || head.Type() != plumbing.SymbolicReference || head.Target().Validate() != nil {
		return errors.New("HEAD is on no branch; check one out first")
	}
	s.branch = head.Target()
	at, err := s.repo.storage.Reference(s.branch)
	if err != nil {
		return fmt.Errorf("%w: branch %q has no commit yet", ErrNoCommit, s.branch.Short())
	}
	s.parent = at.Hash()
	commit, err := s.repo.commit(s.parent)
	if err != nil {
		return err
	}
	s.tree = commit.TreeHash
	if err := s.repo.files(s.tree, "", s.head); err != nil {
		return err
	}
	if err := s.clean(); err != nil {
		return err
	}
	s.who, err = s.repo.author(getenv)
	return err
}

func (s *Saver) clean() error {
	staged, err := s.repo.storage.Index()
	if err != nil {
		return fmt.Errorf("its index cannot be read: %w", err)
	}
	changed, err := s.repo.dirty(s.head, staged)
	if err == nil && len(changed) > 0 {
		err = dirtyError(changed)
	}
	return err
}

// Check says whether the file, as it stands before it is changed, is what the commit
// has: one that git does not track, or filters, is not committed here.
func (s *Saver) Check(file string, before []byte) error {
	entry, there := s.head[file]
	switch {
	case before == nil && !there:
		return nil
	case !there:
		return fmt.Errorf("%q is not tracked by git; commit it first", file)
	case entry.Hash != plumbing.ComputeHash(plumbing.BlobObject, before):
		return fmt.Errorf("%q is not what git has, byte for byte (core.autocrlf, .gitattributes); commit it with git", file)
	}
	return nil
}

// TagFree fails where there is such a tag, or cannot be.
func (s *Saver) TagFree(name string) error {
	ref := plumbing.NewTagReferenceName(name)
	if err := ref.Validate(); err != nil {
		return fmt.Errorf("%q is no name for a tag: %w", name, err)
	}
	s.repo.mu.Lock()
	defer s.repo.mu.Unlock()
	if _, err := s.repo.storage.Reference(ref); err == nil {
		return fmt.Errorf("the tag %s is there already", name)
	}
	return nil
}

// Save commits the files, by path below the work tree's root, nil for one that goes;
// they have that content in the work tree already. With a tag, an annotated one of
// the same message is put on the commit.
func (s *Saver) Save(files map[string][]byte, message, tag string, now time.Time) (commit string, err error) {
	s.repo.mu.Lock()
	defer s.repo.mu.Unlock()
	s.who.When = now
	hash, err := s.save(files, message)
	if err == nil && tag != "" {
		err = s.tagCommit(hash, message, tag)
	}
	if err != nil {
		return "", fmt.Errorf("git repository %s: %w", s.repo.dir, err)
	}
	return hash.String(), nil
}

func (s *Saver) save(files map[string][]byte, message string) (plumbing.Hash, error) {
	lock, err := s.repo.lock("index")
	if err != nil {
		return plumbing.ZeroHash, err
	}
	defer lock.release()
	build := builder{s.repo.storage}
	tree, err := s.retree(build, s.tree, "", files)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	hash, err := build.store(&object.Commit{Author: s.who, Committer: s.who, Message: message + "\n", TreeHash: tree, ParentHashes: []plumbing.Hash{s.parent}})
	if err == nil {
		err = s.writeIndex(lock, files)
	}
	if err == nil {
		err = s.repo.moveRef(s.branch, s.parent, hash)
	}
	if err == nil {
		err = lock.commit()
	}
	return hash, err
}

// writeIndex notes the files as committed.
func (s *Saver) writeIndex(lock *lockFile, files map[string][]byte) error {
	staged, err := s.repo.storage.Index()
	if err != nil {
		return err
	}
	staged.Version = max(staged.Version, 2)
	for file, data := range files {
		entry, err := staged.Entry(file)
		if data == nil {
			_, _ = staged.Remove(file)
			continue
		}
		if err != nil {
			entry = staged.Add(file)
			entry.Mode = filemode.Regular
		}
		entry.Hash = plumbing.ComputeHash(plumbing.BlobObject, data)
		if err := note(entry, filepath.Join(s.repo.dir, filepath.FromSlash(file))); err != nil {
			return err
		}
	}
	return index.NewEncoder(lock.file).Encode(staged)
}

// note writes size and time into an entry. Without device and inode git looks at the
// file once more, and finds it as committed.
func note(entry *index.Entry, file string) error {
	info, err := os.Lstat(file)
	if err != nil {
		return err
	}
	entry.Size, entry.ModifiedAt = uint32(info.Size()), info.ModTime()
	entry.CreatedAt, entry.Dev, entry.Inode = time.Time{}, 0, 0
	return nil
}

// moveRef replaces what a branch names, if it is still the old.
func (r *Repo) moveRef(name plumbing.ReferenceName, old, now plumbing.Hash) error {
	lock, err := r.lock(name.String())
	if err != nil {
		return err
	}
	defer lock.release()
	at, err := r.storage.Reference(name)
	if old.IsZero() != errors.Is(err, plumbing.ErrReferenceNotFound) || err == nil && at.Hash() != old {
		return fmt.Errorf("%s has moved meanwhile; run again", name)
	}
	if _, err := fmt.Fprintln(lock.file, now); err != nil {
		return err
	}
	return lock.commit()
}

func (s *Saver) tagCommit(commit plumbing.Hash, message, name string) error {
	hash, err := (builder{s.repo.storage}).store(&object.Tag{
		Name: name, Tagger: s.who, Message: message + "\n", Target: commit, TargetType: plumbing.CommitObject,
	})
	if err != nil {
		return err
	}
	return s.repo.moveRef(plumbing.NewTagReferenceName(name), plumbing.ZeroHash, hash)
}
