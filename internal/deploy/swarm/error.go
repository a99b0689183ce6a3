package swarm

import (
	"context"
	"errors"
	"strings"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/client"
)

// What can go wrong, for errors.Is. The error's text is the engine's.
var (
	ErrUnreachable   = errors.New("engine unreachable")
	ErrNotManager    = errors.New("engine is no swarm manager")
	ErrNotFound      = errors.New("not found")
	ErrConflict      = errors.New("name already taken")
	ErrOutOfSequence = errors.New("changed by someone else meanwhile")
	ErrInUse         = errors.New("in use")
	ErrInvalid       = errors.New("refused by the engine as invalid")
)

// Refused reports whether the engine has said no to a write: then nothing was
// changed. After any other error nobody knows.
func Refused(err error) bool {
	for _, kind := range []error{ErrNotManager, ErrNotFound, ErrConflict, ErrOutOfSequence, ErrInUse, ErrInvalid} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// kindError is an engine's error together with what it means.
type kindError struct{ kind, cause error }

func (e *kindError) Error() string   { return e.cause.Error() }
func (e *kindError) Unwrap() []error { return []error{e.kind, e.cause} }

// classify adds the sentinel that err stands for.
func classify(err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if kind := kindOf(err); kind != nil {
		return &kindError{kind, err}
	}
	return err
}

func kindOf(err error) error {
	text := err.Error()
	switch {
	case client.IsErrConnectionFailed(err):
		return ErrUnreachable
	// A stale version is a plain 500 (moby#39891).
	case strings.Contains(text, "update out of sequence"):
		return ErrOutOfSequence
	case strings.Contains(text, "not a swarm manager"):
		return ErrNotManager
	// 400 for secrets and configs, 403 or 500 for networks.
	case strings.Contains(text, "in use by"), strings.Contains(text, "has active endpoints"):
		return ErrInUse
	case errdefs.IsNotFound(err):
		return ErrNotFound
	case errdefs.IsConflict(err):
		return ErrConflict
	case errdefs.IsInvalidArgument(err):
		return ErrInvalid
	}
	return nil
}
