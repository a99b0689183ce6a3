package lsp_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"coopcloud.tech/catalogue/internal/lsp"
)

// quiet hides the rules that these tests are not about.
const quiet = `ignore:
  - {rule: R001, reason: not here}
  - {rule: R002, reason: not here}
  - {rule: R007, reason: not here}
  - {rule: R008, reason: not here}
  - {rule: R220, path: .recipe-lint.yml, reason: not here}
select: [R003]
`

const site = `services:
  app:
    image: example/app
  db:
    image: postgres:17.2 # recipe-lint: ignore=R004 no releases
`

func recipeFiles() map[string]string {
	return map[string]string{"compose.yml": site, ".recipe-lint.yml": quiet, "abra.sh": "export A=b\n"}
}

// A whole day at work: open, type, break, repair, save, close, leave.
func TestSession(t *testing.T) {
	before := runtime.NumGoroutine()
	c := start(t, `["utf-16"]`, recipeFiles())
	c.openFile("compose.yml", site)
	c.published("compose.yml")
	only := func(want string) {
		t.Helper()
		var kept []string
		for _, code := range strings.Fields(c.codes("compose.yml")) {
			if strings.HasPrefix(code, "R003") || strings.HasPrefix(code, "R004") || strings.HasPrefix(code, "R101") || strings.HasPrefix(code, "R220") {
				kept = append(kept, code)
			}
		}
		if got := strings.Join(kept, " "); got != want {
			t.Errorf("shown: %s; want %s", got, want)
		}
	}
	only("R003@2:11 R220@4:25")
	first := c.shown[c.uri("compose.yml")][0]
	if first.CodeDescription.Href == "" || first.Message == "" || first.Severity != 2 {
		t.Errorf("a poor diagnostic: %+v", first)
	}

	// Incremental changes: an emoji is two units of UTF-16.
	c.change("compose.yml", `{"range":{"start":{"line":2,"character":4},"end":{"line":2,"character":4}},"text":"\"x-💚\": 1\n    "}`)
	c.hoverAt("compose.yml", 0, 0)
	only("R003@3:11 R220@5:25")
	c.change("compose.yml", `{"range":{"start":{"line":2,"character":9},"end":{"line":2,"character":11}},"text":""},{"range":{"start":{"line":2,"character":0},"end":{"line":3,"character":0}},"text":""}`)
	c.hoverAt("compose.yml", 0, 0)
	only("R003@2:11 R220@4:25")

	// Half typed: what was found stays, and moves; what cannot be read is said.
	c.change("compose.yml", `{"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":0}},"text":"x: [\n\n"}`)
	c.hoverAt("compose.yml", 0, 0)
	if got := c.codes("compose.yml"); !strings.Contains(got, "R101@") || !strings.Contains(got, "R003@4:11") || !strings.Contains(got, "R220@6:25") {
		t.Errorf("half typed: %s", got)
	}
	if got := c.ask("textDocument/codeAction", actionAt(c, "compose.yml", 6, "")); string(got) != "[]" {
		t.Errorf("a repair whose place is not known: %s", got)
	}
	c.change("compose.yml", `{"text":`+quoted(site)+`}`)
	c.hoverAt("compose.yml", 0, 0)
	only("R003@2:11 R220@4:25")

	// Hover shows the rule, and what else the recipe says is not markup.
	if got := c.hoverAt("compose.yml", 2, 13); !strings.Contains(got, "R003 image-tag") || !strings.Contains(got, "**Fix**") {
		t.Errorf("hover: %s", got)
	}
	if got := c.hoverAt("compose.yml", 1, 0); got != "null" {
		t.Errorf("hover over nothing: %s", got)
	}

	// A quick fix is an edit of the editor's text.
	actions := string(c.ask("textDocument/codeAction", actionAt(c, "compose.yml", 4, "")))
	want := fmt.Sprintf(`"edit":{"changes":{"%s":[{"range":{"start":{"line":4,"character":24},"end":{"line":4,"character":63}},"newText":""}]}}`, c.uri("compose.yml"))
	if !strings.Contains(actions, want) || !strings.Contains(actions, `"isPreferred":true`) {
		t.Errorf("got  %s\nwant %s", actions, want)
	}
	if got := c.ask("textDocument/codeAction", actionAt(c, "compose.yml", 4, `"only":["refactor"]`)); string(got) != "[]" {
		t.Errorf("a kind that was not asked for: %s", got)
	}

	// What another program writes counts from the next save on.
	write(t, c.dir, "compose.other.yml", "services:\n  other:\n    image: example/other\n")
	c.tell("textDocument/didSave", `{"textDocument":{"uri":"`+c.uri("compose.yml")+`"}}`)
	c.hoverAt("compose.yml", 0, 0)
	if got := c.codes("compose.other.yml"); !strings.Contains(got, "R003@2:11") {
		t.Errorf("the overlay: %s", got)
	}

	// Closing the last file of a recipe takes everything back.
	c.tell("textDocument/didClose", `{"textDocument":{"uri":"`+c.uri("compose.yml")+`"}}`)
	c.hoverAt("compose.yml", 0, 0)
	if c.codes("compose.yml")+c.codes("compose.other.yml") != "" {
		t.Errorf("left behind: %v", c.shown)
	}
	if err := c.end(); err != nil {
		t.Errorf("the session ends with %v", err)
	}
	for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines, %d before the session", runtime.NumGoroutine(), before)
		}
	}
}

func actionAt(c *client, name string, line int, context string) string {
	return fmt.Sprintf(`{"textDocument":{"uri":%q},"range":{"start":{"line":%d,"character":30},"end":{"line":%d,"character":30}},"context":{"diagnostics":[]%s}}`,
		c.uri(name), line, line, strings.TrimSuffix(","+context, ","))
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// A broken config is shown where it is broken; the last findings stay.
func TestBrokenConfig(t *testing.T) {
	c := start(t, `[]`, recipeFiles())
	c.openFile("compose.yml", site)
	c.openFile(".recipe-lint.yml", quiet)
	c.hoverAt("compose.yml", 0, 0)
	was := c.codes("compose.yml")
	c.change(".recipe-lint.yml", `{"text":"ignores: []\n"}`)
	c.hoverAt("compose.yml", 0, 0)
	if got := c.codes(".recipe-lint.yml"); got != "config@0:0" {
		t.Errorf("the config: %s", got)
	}
	if got := c.codes("compose.yml"); got != was {
		t.Errorf("got %s, want %s", got, was)
	}
	c.change(".recipe-lint.yml", `{"text":`+quoted(quiet)+`}`)
	c.hoverAt("compose.yml", 0, 0)
	if got := c.codes(".recipe-lint.yml"); strings.Contains(got, "config@") {
		t.Errorf("the config is good again, but shown: %s", got)
	}
}

// Places are counted as the client asks for it.
func TestEncodings(t *testing.T) {
	text := "services:\n  app: {\"x-💚ä\": 1, image: example/app}\n"
	column := strings.Index(text, "example") - len("services:\n")
	for encodings, want := range map[string]int{
		`["utf-8"]`: column, `["utf-32","utf-16"]`: column - 4, `["utf-16"]`: column - 3, `["utf-7"]`: column - 3, `[]`: column - 3,
	} {
		c := start(t, encodings, map[string]string{"compose.yml": text})
		c.openFile("compose.yml", text)
		c.published("compose.yml")
		if got := c.codes("compose.yml"); !strings.Contains(got, fmt.Sprintf("R003@1:%d", want)) {
			t.Errorf("%s: %s; want R003 at %d", encodings, got, want)
		}
		// An edit at that place hits the image.
		c.change("compose.yml", fmt.Sprintf(`{"range":{"start":{"line":1,"character":%d},"end":{"line":1,"character":%d}},"text":"nginx:1.27.3"}`, want, want+len("example/app")))
		c.hoverAt("compose.yml", 0, 0)
		if got := c.codes("compose.yml"); strings.Contains(got, "R003") {
			t.Errorf("%s: the edit went elsewhere: %s", encodings, got)
		}
	}
}

// Files that are no part of a recipe, or no files, are left alone.
func TestStrangeDocuments(t *testing.T) {
	c := start(t, `[]`, map[string]string{"notes/todo.yml": "a: b\n"})
	c.openFile("notes/todo.yml", "services: {}\n")
	for _, uri := range []string{"untitled:1", "https://example.org/compose.yml", "file://elsewhere/compose.yml", "file:relative", "%zz", "file:///%00"} {
		c.tell("textDocument/didOpen", fmt.Sprintf(`{"textDocument":{"uri":%q,"text":"x"}}`, uri))
		c.tell("textDocument/didChange", fmt.Sprintf(`{"textDocument":{"uri":%q},"contentChanges":[{"text":"y"}]}`, uri))
		c.tell("textDocument/didClose", fmt.Sprintf(`{"textDocument":{"uri":%q}}`, uri))
	}
	c.hoverAt("notes/todo.yml", 0, 0)
	if len(c.shown) > 0 {
		t.Errorf("shown: %v", c.shown)
	}
	// A compose.yml that only the editor has makes a recipe.
	c.openFile("notes/compose.yml", site)
	c.hoverAt("notes/compose.yml", 0, 0)
	if !strings.Contains(c.codes("notes/compose.yml"), "R003") {
		t.Errorf("shown: %v", c.shown)
	}
	if err := c.end(); err != nil {
		t.Error(err)
	}
}

// The protocol's own mistakes get the protocol's own errors, and harm nothing.
func TestBadMessages(t *testing.T) {
	c := connect(t, t.TempDir())
	code := func(want int, r received) {
		t.Helper()
		if r.Error == nil || r.Error.Code != want {
			t.Errorf("got %+v, want error %d", r.Error, want)
		}
	}
	code(-32002, c.request("textDocument/hover", "{}"))
	c.tell("textDocument/didOpen", "{}")
	code(-32602, c.request("initialize", `[]`))
	c.ask("initialize", `{}`)
	code(-32600, c.request("initialize", `{}`))
	code(-32601, c.request("textDocument/definition", `{}`))
	code(-32602, c.request("textDocument/hover", `[]`))
	c.send(`{"jsonrpc":`)
	code(-32700, c.until(func(r received) bool { return r.Error != nil }))
	c.send(`[]`)
	code(-32700, c.until(func(r received) bool { return r.Error != nil }))
	c.send(`{"jsonrpc":"2.0","id":99,"result":null}`)
	c.tell("$/cancelRequest", `{"id":1}`)
	c.tell("textDocument/didChange", `{"textDocument":5}`)
	c.until(func(r received) bool { return r.Method == "window/logMessage" })
	c.ask("shutdown", "null")
	code(-32600, c.request("textDocument/hover", `{}`))
	c.tell("exit", "null")
	if err := <-c.ended; err != nil {
		t.Errorf("a good end, but: %v", err)
	}
}

func TestBadEnds(t *testing.T) {
	c := connect(t, t.TempDir())
	c.tell("exit", "null")
	if err := <-c.ended; !errors.Is(err, lsp.ErrNoShutdown) {
		t.Errorf("exit without shutdown: %v", err)
	}
	c = connect(t, t.TempDir())
	c.in.Close()
	if err := <-c.ended; !errors.Is(err, lsp.ErrNoShutdown) {
		t.Errorf("the editor is gone: %v", err)
	}
	for _, frame := range []string{
		"Content-Length: 17000000\r\n\r\n", "Content-Length: -1\r\n\r\n", "Content-Length: x\r\n\r\n", "nonsense\r\n\r\n",
		"Content-Type: x\r\n\r\n", strings.Repeat("A: b\r\n", 20), strings.Repeat("A", 5000), "Content-Length: 5\r\n\r\nabc",
	} {
		c := connect(t, t.TempDir())
		go func() { _, _ = c.in.Write([]byte(frame)); c.in.Close() }()
		if err := <-c.ended; err == nil || errors.Is(err, lsp.ErrNoShutdown) {
			t.Errorf("%.40q: %v", frame, err)
		}
	}
}

func TestDiagnosticsAreJSON(t *testing.T) {
	c := start(t, `[]`, map[string]string{"compose.yml": "services:\n  \"a\\e\\u202e\": {}\n"})
	c.openFile("compose.yml", "services:\n  \"a\\e\\u202e\": {}\n")
	c.published("compose.yml")
	data, _ := json.Marshal(c.shown)
	if strings.ContainsAny(string(data), "\x1b\u202e") || strings.Contains(string(data), `\u001b`) {
		t.Errorf("control characters come through: %s", data)
	}
}
