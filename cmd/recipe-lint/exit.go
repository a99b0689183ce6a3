package main

import (
	"errors"
	"fmt"
)

// Exit codes.
const (
	exitClean    = 0 // nothing at or above the fail level
	exitFindings = 1
	exitUsage    = 2 // bad usage or config
	exitUnread   = 3 // nothing could be read
	exitFailed   = 2 // the report could not be written: nobody may take that for a pass
)

// exitError carries the exit code that an error stands for. Without a cause it
// ends the run without a message: the report has said it all.
type exitError struct {
	code  int
	cause error
}

func (e *exitError) Error() string {
	if e.cause == nil {
		return ""
	}
	return e.cause.Error()
}

func (e *exitError) Unwrap() error { return e.cause }

// usagef says that the command line is wrong.
func usagef(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

func exitCode(err error) int {
	var exit *exitError
	switch {
	case err == nil:
		return exitClean
	case errors.As(err, &exit):
		return exit.code
	}
	return exitFailed
}
