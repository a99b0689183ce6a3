package git

import (
	"context"
	"fmt"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// RemoteTag is a tag as a server lists it, without its objects.
type RemoteTag struct {
	Object string // the tag object's hash; "" for a lightweight tag
	Commit string // what it names: a commit, unless somebody tagged something else
}

// RemoteTags asks a server for its tags, by name. It costs one request, and stores
// nothing. Limits and errors are those of Mirror.
func RemoteTags(ctx context.Context, remote Remote) (map[string]RemoteTag, error) {
	remote.Limits = remote.Limits.withDefaults()
	ctx, cancel := context.WithTimeoutCause(ctx, remote.Limits.Time,
		fmt.Errorf("not done after %s: %w", remote.Limits.Time, context.DeadlineExceeded))
	defer cancel()
	c, err := connect(ctx, remote)
	if err != nil {
		return nil, fmt.Errorf("tags of %s: %w", redact(remote.URL), err)
	}
	defer c.close()
	now, err := c.refs(ctx)
	if err != nil {
		return nil, fmt.Errorf("tags of %s: %w", redact(remote.URL), err)
	}
	tags := map[string]RemoteTag{}
	for ref, hash := range now.byName {
		if name, ok := strings.CutPrefix(ref, "refs/tags/"); ok {
			tags[name] = remoteTag(hash, now.peeled[ref])
		}
	}
	return tags, nil
}

// remoteTag goes by what servers say of annotated tags: the object, and what it
// leads to (gitprotocol-pack(5), peeled refs).
func remoteTag(hash, peeled plumbing.Hash) RemoteTag {
	if peeled.IsZero() {
		return RemoteTag{Commit: hash.String()}
	}
	return RemoteTag{Object: hash.String(), Commit: peeled.String()}
}
