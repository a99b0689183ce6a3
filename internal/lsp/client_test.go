package lsp_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/textproto"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/lint/config"
	"coopcloud.tech/catalogue/internal/lsp"
	"coopcloud.tech/catalogue/internal/recipe"
)

// client is an editor at the other end of two pipes.
type client struct {
	t     testing.TB
	dir   string
	in    *io.PipeWriter
	said  chan received // read all the time, as editors do
	ended chan error
	next  int
	// What the server has said so far, by URI.
	shown map[string][]diagnostic
	logs  []string
}

type place struct{ Line, Character int }

type diagnostic struct {
	Range           struct{ Start, End place }
	Severity        int
	Code            string
	Message         string
	CodeDescription struct{ Href string }
	Related         []struct {
		Location struct {
			URI   string
			Range struct{ Start, End place }
		}
		Message string
	} `json:"relatedInformation"`
}

type received struct {
	ID     *int
	Method string
	Params json.RawMessage
	Result json.RawMessage
	Error  *struct {
		Code    int
		Message string
	}
}

// judge lints with every rule that needs no git, and with the recipe's config, as
// the command does.
func judge(dir string) lsp.Judge {
	var seen *recipe.Recipe
	var before *lint.Input
	return func(files fs.FS, read func(string) ([]byte, error)) (lint.Result, error) {
		r, err := recipe.ReadAgain(files, "example", seen)
		if err != nil {
			return lint.Result{}, err
		}
		in := lint.NewInputAfter(before, r, lint.Facts{})
		seen, before = r, in
		path := filepath.Join(dir, config.Name)
		if data, err := read(path); err == nil {
			c, err := config.Parse(path, data)
			if err != nil {
				return lint.Result{}, err
			}
			in.Settings = c.Settings(".", config.Name)
		}
		return lint.Run(in), nil
	}
}

// start opens a session over a recipe with the files.
func start(t testing.TB, encodings string, files map[string]string) *client {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	c := connect(t, dir)
	c.ask("initialize", fmt.Sprintf(`{"processId":1,"rootUri":%q,"capabilities":{"general":{"positionEncodings":%s}}}`, c.uri(""), encodings))
	c.tell("initialized", "{}")
	return c
}

func connect(t testing.TB, dir string) *client {
	t.Helper()
	toServer, in := io.Pipe()
	out, fromServer := io.Pipe()
	c := &client{t: t, dir: dir, in: in, said: make(chan received, 10_000), ended: make(chan error, 1), shown: map[string][]diagnostic{}}
	server := lsp.Server{Version: "test", Open: judge, Delay: time.Millisecond}
	go func() {
		err := server.Serve(context.Background(), toServer, fromServer)
		fromServer.Close()
		c.ended <- err
	}()
	go c.listen(bufio.NewReader(out))
	t.Cleanup(func() { in.Close() })
	return c
}

func (c *client) uri(name string) string {
	return "file://" + filepath.ToSlash(filepath.Join(c.dir, name))
}

func (c *client) send(body string) {
	c.t.Helper()
	if _, err := fmt.Fprintf(c.in, "Content-Length: %d\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n%s", len(body), body); err != nil {
		c.t.Fatal(err)
	}
}

func (c *client) tell(method, params string) {
	c.t.Helper()
	c.send(fmt.Sprintf(`{"jsonrpc":"2.0","method":%q,"params":%s}`, method, params))
}

// ask sends a request and returns its answer.
func (c *client) ask(method, params string) json.RawMessage {
	c.t.Helper()
	answer := c.request(method, params)
	if answer.Error != nil {
		c.t.Fatalf("%s: %+v", method, answer.Error)
	}
	return answer.Result
}

func (c *client) request(method, params string) received {
	c.t.Helper()
	c.next++
	c.send(fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":%q,"params":%s}`, c.next, method, params))
	return c.until(func(r received) bool { return r.ID != nil && *r.ID == c.next && r.Method == "" })
}

// until reads what the server says up to the message that is waited for.
func (c *client) until(wanted func(received) bool) received {
	c.t.Helper()
	for {
		r := c.read()
		switch r.Method {
		case "textDocument/publishDiagnostics":
			var p struct {
				URI         string
				Diagnostics []diagnostic
			}
			if err := json.Unmarshal(r.Params, &p); err != nil {
				c.t.Fatal(err)
			}
			c.shown[p.URI] = p.Diagnostics
		case "window/logMessage":
			c.logs = append(c.logs, string(r.Params))
		}
		if wanted(r) {
			return r
		}
	}
}

func (c *client) read() received {
	c.t.Helper()
	select {
	case r, ok := <-c.said:
		if !ok {
			c.t.Fatalf("the server is gone: %v", <-c.ended)
		}
		return r
	case <-time.After(10 * time.Second):
		c.t.Fatal("the server says nothing")
		return received{}
	}
}

// listen reads what the server says until it is gone.
func (c *client) listen(out *bufio.Reader) {
	defer close(c.said)
	for {
		headers, err := textproto.NewReader(out).ReadMIMEHeader()
		if err != nil {
			return
		}
		length, _ := strconv.Atoi(headers.Get("Content-Length"))
		body := make([]byte, length)
		if _, err := io.ReadFull(out, body); err != nil {
			return
		}
		var r received
		if err := json.Unmarshal(body, &r); err != nil {
			c.t.Errorf("%s: %v", body, err)
		}
		c.said <- r
	}
}

// published waits until the server has said something about the file.
func (c *client) published(name string) {
	c.t.Helper()
	c.until(func(r received) bool {
		return r.Method == "textDocument/publishDiagnostics" && strings.Contains(string(r.Params), c.uri(name)+`"`)
	})
}

func (c *client) openFile(name, text string) {
	c.t.Helper()
	c.tell("textDocument/didOpen", fmt.Sprintf(`{"textDocument":{"uri":%q,"languageId":"yaml","version":1,"text":%s}}`, c.uri(name), quoted(text)))
}

func (c *client) change(name string, changes string) {
	c.t.Helper()
	c.tell("textDocument/didChange", fmt.Sprintf(`{"textDocument":{"uri":%q,"version":2},"contentChanges":[%s]}`, c.uri(name), changes))
}

// hoverAt also makes sure that what was sent before is judged.
func (c *client) hoverAt(name string, line, character int) string {
	c.t.Helper()
	return string(c.ask("textDocument/hover", fmt.Sprintf(`{"textDocument":{"uri":%q},"position":{"line":%d,"character":%d}}`, c.uri(name), line, character)))
}

// codes lists what is shown of the file: CODE@line:character, lines from 0.
func (c *client) codes(name string) string {
	var codes []string
	for _, d := range c.shown[c.uri(name)] {
		codes = append(codes, fmt.Sprintf("%s@%d:%d", d.Code, d.Range.Start.Line, d.Range.Start.Character))
	}
	return strings.Join(codes, " ")
}

func (c *client) end() error {
	c.t.Helper()
	c.ask("shutdown", "null")
	c.tell("exit", "null")
	select {
	case err := <-c.ended:
		return err
	case <-time.After(10 * time.Second):
		c.t.Fatal("the server does not end")
		return nil
	}
}

func quoted(text string) string {
	data, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(data)
}
