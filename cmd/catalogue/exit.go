package main

import (
	"errors"
	"fmt"
)

// Exit codes of every verb. `app` verbs add two; see docs/design.md.
const (
	exitDone    = 0
	exitFailed  = 1 // the thing asked for failed; for app: and the stack is back where it was
	exitUsage   = 2
	exitRefused = 3 // by the environment, or by a check before any write
	exitUnclear = 4 // app: failed and not fully back, or out of time
	exitLocked  = 5 // app: someone else is at work on the stack
)

// exitError carries the exit code that an error stands for.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return e.err.Error() }
func (e *exitError) Unwrap() error { return e.err }

// usagef says that the command line is wrong.
func usagef(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

// refusedf says that the environment does not allow what was asked for.
func refusedf(format string, args ...any) error {
	return &exitError{exitRefused, fmt.Errorf(format, args...)}
}

// exitCode maps an error to the exit code that it carries; any other error is
// a failure of the thing asked for.
func exitCode(err error) int {
	var exit *exitError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &exit):
		return exit.code
	default:
		return exitFailed
	}
}
