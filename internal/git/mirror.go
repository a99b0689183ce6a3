package git

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// Remote is where a mirror comes from and what it may cost.
type Remote struct {
	URL     string
	Trusted bool   // the operator typed the URL: http and ssh, and private addresses, are allowed for its host
	Token   string // optional; the password of basic authentication, sent over https only, never logged
	Limits  Limits
}

// Limits bound one call of Mirror. A zero field means the default.
type Limits struct {
	Bytes int64         // of all answers together; default 256 MiB
	Refs  int           // branches and tags; default 10,000
	Time  time.Duration // default 5 minutes
}

func (l Limits) withDefaults() Limits {
	if l.Bytes <= 0 {
		l.Bytes = 256 << 20
	}
	if l.Refs <= 0 {
		l.Refs = 10_000
	}
	if l.Time <= 0 {
		l.Time = 5 * time.Minute
	}
	return l
}

// Mirror brings the bare mirror in dir up to date with its remote and opens it. It
// reports whether anything changed; where nothing did, it costs one request. All
// branches and tags are mirrored, and pruned when the remote drops them; refs whose
// names git forbids are left out.
//
// A failed fetch leaves the old mirror as it was, a failed first one leaves nothing.
// A mirror that is damaged, or swollen with what the remote has long dropped, is
// fetched anew and replaced. Folders that Mirror did not make are never touched.
//
// Errors may be a *StatusError, ErrRefused, ErrTooLarge or ErrNotFound, or the
// context's; none shows credentials.
func Mirror(ctx context.Context, remote Remote, dir string) (*Repo, bool, error) {
	remote.Limits = remote.Limits.withDefaults()
	ctx, cancel := context.WithTimeoutCause(ctx, remote.Limits.Time,
		fmt.Errorf("not done after %s: %w", remote.Limits.Time, context.DeadlineExceeded))
	defer cancel()
	changed, err := mirror(ctx, remote, dir)
	if err != nil {
		return nil, false, fmt.Errorf("mirror %s: %w", redact(remote.URL), err)
	}
	repo, err := Open(dir)
	return repo, changed, err
}

func mirror(ctx context.Context, remote Remote, dir string) (bool, error) {
	old, err := openMirror(dir)
	if err != nil {
		return false, err
	}
	c, err := connect(ctx, remote)
	if err != nil {
		return false, err
	}
	defer c.close()
	now, err := c.refs(ctx)
	if err != nil {
		return false, err
	}
	if old != nil && old.isCurrent(now) {
		return false, nil
	}
	if old == nil || old.isBloated(remote.Limits) {
		return true, replace(dir, func(temp string) error { return fill(ctx, c, temp, now) })
	}
	return true, old.update(ctx, c, now)
}

// fill makes a first mirror.
func fill(ctx context.Context, c *connection, dir string, now refs) error {
	if err := createBare(dir, mirrorConfig); err != nil {
		return err
	}
	repo, err := Open(dir)
	if err != nil {
		return err
	}
	return (&localMirror{dir: dir, repo: repo}).update(ctx, c, now)
}

// replace fills a new folder and puts it in dir's place. Another process may have
// made dir meanwhile: then that one stays.
func replace(dir string, fill func(temp string) error) error {
	return inTemp(dir, func(temp string) error {
		if err := fill(temp); err != nil {
			return err
		}
		old := temp + "-old"
		err := os.Rename(dir, old)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		_ = os.RemoveAll(old)
		return err
	})
}
