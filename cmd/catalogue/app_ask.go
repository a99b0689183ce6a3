package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// confirm asks before a write. Where nobody can answer it needs --no-input,
// and says so instead of hanging.
func (v *appVerb) confirm(ctx context.Context, question string) error {
	if err := v.mayWrite(); err != nil || v.noInput {
		return err
	}
	answer, err := v.readLine(ctx, question+" [y/N] ")
	if answer = strings.ToLower(answer); err == nil && (answer == "y" || answer == "yes") {
		return nil
	}
	return refusedf("not confirmed; nothing was changed")
}

// mayWrite fails where a write could not be confirmed.
func (v *appVerb) mayWrite() error {
	if _, ok := v.keyboard(); !ok && !v.noInput {
		return usagef("there is no terminal to confirm on; run again with --no-input (-n)")
	}
	return nil
}

// confirmData asks before data is lost: by the app's name on a terminal; elsewhere
// only with allowed, the flag that says so. --no-input alone is no such word.
func (v *appVerb) confirmData(ctx context.Context, app, question, flag string, allowed bool) error {
	if allowed {
		return nil
	}
	if _, ok := v.keyboard(); !ok || v.noInput {
		return usagef("this deletes data, which --no-input alone does not allow; run again with %s", flag)
	}
	answer, err := v.readLine(ctx, fmt.Sprintf("%s\nType %s to delete it for good: ", question, app))
	if err == nil && answer == app {
		return nil
	}
	return refusedf("not confirmed; nothing was deleted")
}

// readLine asks for one line.
func (v *appVerb) readLine(ctx context.Context, prompt string) (string, error) {
	fmt.Fprint(v.stderr, safeText(prompt))
	answer, err := await(ctx, func() (string, error) {
		line, err := bufio.NewReader(v.stdin).ReadString('\n')
		return strings.TrimSpace(line), err
	})
	if err != nil {
		fmt.Fprintln(v.stderr)
	}
	return answer, err
}

// keyboard is the terminal that someone answers on.
func (v *appVerb) keyboard() (fd int, ok bool) {
	file, ok := v.stdin.(*os.File)
	if !ok {
		return 0, false
	}
	return int(file.Fd()), term.IsTerminal(int(file.Fd()))
}

// readHidden reads a line from the terminal without showing it. The terminal stops
// showing before the prompt is there: whoever pastes, or a script, is quick.
func (v *appVerb) readHidden(ctx context.Context, prompt string) ([]byte, error) {
	fd, _ := v.keyboard()
	before, err := term.MakeRaw(fd)
	if err != nil {
		return nil, err
	}
	// Whoever interrupts must not be left with a terminal that shows nothing.
	defer term.Restore(fd, before)
	line := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{v.stdin, v.stderr}, "")
	value, err := await(ctx, func() (string, error) { return line.ReadPassword(safeText(prompt)) })
	if errors.Is(err, io.EOF) || ctx.Err() != nil {
		fmt.Fprint(v.stderr, "\r\n")
		return nil, refusedf("interrupted; nothing was changed")
	}
	return []byte(value), err
}

// await returns what read does, or earlier when the context ends: Ctrl-C only
// cancels the context, and would not end a read.
func await[T any](ctx context.Context, read func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		value, err := read()
		done <- result{value, err}
	}()
	select {
	case got := <-done:
		return got.value, got.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}
