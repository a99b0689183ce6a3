// Package lsp shows findings in editors, by the Language Server Protocol over a
// pipe: diagnostics while typing, quick fixes, and each rule's text.
package lsp

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"coopcloud.tech/catalogue/internal/lint"
)

// Judge lints one recipe with its files as they are in files. Whatever else it
// reads, it reads with read: an editor may hold a newer text than the disk. An
// error may be config.Faults.
type Judge func(files fs.FS, read func(path string) ([]byte, error)) (lint.Result, error)

// Server speaks with one editor.
type Server struct {
	Version string
	Open    func(dir string) Judge // called again when files on disk have changed
	Delay   time.Duration          // of silence after a change, before the recipe is judged
}

// ErrNoShutdown says that the client left without a word, as one that crashed does.
var ErrNoShutdown = errors.New("the editor ended the session without shutdown")

// patience is how many delays a client that never stops typing waits.
const patience = 5

// Serve answers until the client says exit, which is the only good end, or the
// input ends, a frame is broken, or ctx is done. One goroutine reads; it ends with
// the input. All else happens in order in this one, so that an answer always
// fits the text that the client sent last.
func (s Server) Serve(ctx context.Context, in io.Reader, out io.Writer) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	session := newSession(s, out)
	frames, broken := make(chan []byte), make(chan error, 1)
	go func() { broken <- read(ctx, in, frames) }()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-broken:
			if errors.Is(err, io.EOF) {
				return ErrNoShutdown
			}
			return fmt.Errorf("read from the editor: %w", err)
		case <-session.due():
			session.refreshAll()
		case frame := <-frames:
			session.handle(frame)
		}
		if session.failed != nil {
			return fmt.Errorf("write to the editor: %w", session.failed)
		}
		if session.state == ended {
			return session.verdict()
		}
	}
}

// read hands on one message at a time, and stops behind exit.
func read(ctx context.Context, in io.Reader, frames chan<- []byte) error {
	r := bufio.NewReader(in)
	for {
		frame, err := readFrame(r)
		if err != nil {
			return err
		}
		select {
		case frames <- frame:
		case <-ctx.Done():
			return ctx.Err()
		}
		var m message
		if json.Unmarshal(frame, &m) == nil && m.Method == "exit" {
			return nil
		}
	}
}
