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
// input. The recipe is made by the messages alone: the folder does not exist.
func FuzzServe(f *testing.F) {
	frame := func(body string) string { return fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body) }
	initialize := frame(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{"general":{"positionEncodings":["utf-8"]}}}}`)
	open := frame(`{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"file:///nowhere/compose.yml","text":"services:\n  app:\n    image: a # recipe-lint: ignore=R004 x\n"}}}`)
	for _, stream := range []string{
		"", "Content-Length: 2\r\n\r\n{}", initialize, open,
		initialize + open + frame(`{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"file:///nowhere/compose.yml"},"contentChanges":[{"range":{"start":{"line":1,"character":3},"end":{"line":9,"character":99}},"text":"x: ["}]}}`),
		initialize + open + frame(`{"jsonrpc":"2.0","id":2,"method":"textDocument/hover","params":{"textDocument":{"uri":"file:///nowhere/compose.yml"},"position":{"line":2,"character":12}}}`),
		initialize + open + frame(`{"jsonrpc":"2.0","id":"x","method":"textDocument/codeAction","params":{"textDocument":{"uri":"file:///nowhere/compose.yml"},"range":{"start":{"line":0,"character":0},"end":{"line":9,"character":0}},"context":{}}}`),
		initialize + frame(`{"jsonrpc":"2.0","id":3,"method":"shutdown"}`) + frame(`{"jsonrpc":"2.0","method":"exit"}`),
	} {
		f.Add([]byte(stream))
	}
	f.Fuzz(func(t *testing.T, stream []byte) {
		server := lsp.Server{Open: openNowhere, Delay: time.Nanosecond}
		_ = server.Serve(context.Background(), bytes.NewReader(stream), io.Discard)
	})
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
