package lsp_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"testing"
	"time"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/lsp"
	"coopcloud.tech/catalogue/internal/recipe"
)

// Whatever the editor says, the server answers without a panic, and ends with its
// input. The recipe is made by the messages alone: the folder does not exist. Each
// line is one message, so that a changed byte does not end the session; raw input
// tries the frames themselves.
func FuzzServe(f *testing.F) {
	const (
		initialize = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{"general":{"positionEncodings":["utf-8"]}}}}` + "\n"
		open       = `{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"file:///nowhere/compose.yml","text":"services:\n  app:\n    image: a # recipe-lint: ignore=R004 x\n"}}}` + "\n"
		change     = `{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"file:///nowhere/compose.yml"},"contentChanges":[{"range":{"start":{"line":1,"character":3},"end":{"line":9,"character":99}},"text":"x: ["}]}}` + "\n"
		hover      = `{"jsonrpc":"2.0","id":2,"method":"textDocument/hover","params":{"textDocument":{"uri":"file:///nowhere/compose.yml"},"position":{"line":2,"character":12}}}` + "\n"
		actions    = `{"jsonrpc":"2.0","id":"x","method":"textDocument/codeAction","params":{"textDocument":{"uri":"file:///nowhere/compose.yml"},"range":{"start":{"line":0,"character":0},"end":{"line":9,"character":0}},"context":{}}}` + "\n"
		closing    = `{"jsonrpc":"2.0","method":"textDocument/didClose","params":{"textDocument":{"uri":"file:///nowhere/compose.yml"}}}` + "\n"
		shutdown   = `{"jsonrpc":"2.0","id":3,"method":"shutdown"}` + "\n" + `{"jsonrpc":"2.0","method":"exit"}`
	)
	f.Add([]byte(initialize+open+hover+actions+change+actions+hover+closing+shutdown), false)
	f.Add([]byte(initialize+change+open+change+change), false)
	f.Add([]byte("Content-Length: 2\r\n\r\n{}"), true)
	f.Add([]byte("Content-Length: 33\r\nX: y\r\n\r\n"+`{"jsonrpc":"2.0","method":"exit"}`), true)
	f.Fuzz(func(t *testing.T, stream []byte, raw bool) {
		if !raw {
			stream = frames(stream)
		}
		server := lsp.Server{Open: openNowhere, Delay: time.Nanosecond}
		_ = server.Serve(context.Background(), bytes.NewReader(stream), io.Discard)
	})
}

func frames(lines []byte) []byte {
	var stream []byte
	for line := range bytes.Lines(lines) {
		stream = fmt.Appendf(stream, "Content-Length: %d\r\n\r\n%s", len(line), line)
	}
	return stream
}

func openNowhere(string) lsp.Judge {
	return func(files fs.FS, _ func(string) ([]byte, error)) (lint.Result, error) {
		r, err := recipe.Read(files, "nowhere")
		if err != nil {
			return lint.Result{}, err
		}
		return lint.Run(lint.NewInput(r, lint.Facts{})), nil
	}
}
