package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// confirm asks before a write. Where nobody can answer it needs --no-input,
// and says so instead of hanging.
func (v *appVerb) confirm(question string) error {
	if v.noInput {
		return nil
	}
	if !v.interactive() {
		return usagef("there is no terminal to confirm on; run again with --no-input (-n)")
	}
	fmt.Fprintf(v.stderr, "%s [y/N] ", safeText(question))
	answer, err := bufio.NewReader(v.stdin).ReadString('\n')
	if err != nil && answer == "" {
		fmt.Fprintln(v.stderr)
	}
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes":
		return nil
	}
	return refusedf("not confirmed; nothing was changed")
}

// interactive reports whether someone is there to answer.
func (v *appVerb) interactive() bool {
	file, ok := v.stdin.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// readHidden reads a line from the terminal without showing it.
func (v *appVerb) readHidden(prompt string) ([]byte, error) {
	file, ok := v.stdin.(*os.File)
	if !ok {
		return nil, io.EOF
	}
	fmt.Fprint(v.stderr, safeText(prompt))
	value, err := term.ReadPassword(int(file.Fd()))
	fmt.Fprintln(v.stderr)
	return value, err
}
