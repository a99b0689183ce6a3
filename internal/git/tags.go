package git

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
)

// maxMessage bounds what is kept of a tag's message, in bytes.
const maxMessage = 64 << 10

// Tag is one tag. Its name and message are a stranger's text.
type Tag struct {
	Name      string
	Annotated bool
	Object    string // the tag object's hash; "" for a lightweight tag
	Commit    string
	Tree      string
	Date      time.Time // the tagger's, or the commit's committer's, in UTC; zero where it is outside the years 1 to 9999
	Message   string    // the tag's, or the commit's; cut after 64 KiB
}

// Tags lists the tags that name a commit, sorted by name; tags of trees and blobs
// are left out. A tag whose objects are missing or damaged is left out too and named
// in the error, beside which the other tags are still returned.
func (r *Repo) Tags() ([]Tag, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	refs, err := r.tagRefs()
	faults := []error{}
	if err != nil {
		faults = append(faults, fmt.Errorf("git repository %s: %w", r.dir, err))
	}
	var tags []Tag
	for _, name := range slices.Sorted(maps.Keys(refs)) {
		tag, err := r.tag(name, refs[name])
		switch {
		case errors.Is(err, errNoCommitTag):
		case err != nil:
			faults = append(faults, fmt.Errorf("git repository %s: tag %q: %w", r.dir, name, err))
		default:
			tags = append(tags, tag)
		}
	}
	return tags, errors.Join(faults...)
}

// errNoCommitTag marks a tag of a tree or blob.
var errNoCommitTag = errors.New("tags no commit")

func (r *Repo) tag(name, ref string) (Tag, error) {
	tag := Tag{Name: name}
	at, err := r.resolve(ref)
	if err == nil {
		at, err = r.peel(at, &tag)
	}
	if err != nil {
		return tag, err
	}
	commit, err := r.commit(at)
	if err != nil {
		return tag, err
	}
	tag.Commit, tag.Tree = at.String(), commit.TreeHash.String()
	if !tag.Annotated {
		tag.Date, tag.Message = date(commit.Committer.When), cut(commit.Message)
	}
	return tag, nil
}

// peel follows tag objects down to a commit and fills in what the first of them says.
func (r *Repo) peel(hash plumbing.Hash, tag *Tag) (plumbing.Hash, error) {
	for range maxPeel {
		found, err := r.load(hash)
		if err != nil {
			return hash, err
		}
		if found.Type() == plumbing.CommitObject {
			return hash, nil
		}
		if found.Type() != plumbing.TagObject {
			return hash, errNoCommitTag
		}
		object, err := r.tagObject(found)
		if err != nil {
			return hash, fmt.Errorf("tag object %s: %w", hash, err)
		}
		if !tag.Annotated {
			tag.Annotated, tag.Object = true, hash.String()
			tag.Date, tag.Message = date(object.Tagger.When), cut(object.Message)
		}
		hash = object.Target
	}
	return hash, fmt.Errorf("more than %d tags of tags", maxPeel)
}

// date drops what RFC 3339, and so JSON, cannot say. Git stores any number, and any
// offset from UTC.
func date(when time.Time) time.Time {
	when = when.UTC()
	if when.Year() < 1 || when.Year() > 9999 {
		return time.Time{}
	}
	return when
}

func cut(message string) string {
	if len(message) <= maxMessage {
		return message
	}
	return strings.ToValidUTF8(message[:maxMessage], "")
}
