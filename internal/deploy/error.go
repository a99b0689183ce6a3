package deploy

import "errors"

// How a deploy ends when it does not converge, for errors.Is.
var (
	// ErrRefused: nothing was written. The text says what has to be done first.
	ErrRefused = errors.New("refused before any write")
	// ErrRestored: it failed, and the stack is back as it was.
	ErrRestored = errors.New("failed and rolled back")
	// ErrUnclear: it failed and the stack is not as it was, or the time ran out.
	// The text says in which state it is.
	ErrUnclear = errors.New("failed, and not back as it was")
	// ErrLocked: someone else is at work on the stack. Nothing was written.
	ErrLocked = errors.New("locked by someone else")
)

// outcome is an error together with how the deploy ended.
type outcome struct{ kind, cause error }

func (o *outcome) Error() string   { return o.cause.Error() }
func (o *outcome) Unwrap() []error { return []error{o.kind, o.cause} }

func refused(cause error) error { return &outcome{ErrRefused, cause} }
