package lsp_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

type action struct {
	Title, Kind string
	Edit        struct {
		Changes map[string][]struct {
			Range   json.RawMessage
			NewText string
		}
		DocumentChanges []struct {
			TextDocument struct {
				URI     string
				Version *int
			}
			Edits []struct{ NewText string }
		}
	}
}

func (c *client) actions(name string, line int, context string) []action {
	c.t.Helper()
	var actions []action
	asked := strings.Replace(actionAt(c, name, line, context), `"character":30`, `"character":0`, 1)
	if err := json.Unmarshal(c.ask("textDocument/codeAction", asked), &actions); err != nil {
		c.t.Fatal(err)
	}
	return actions
}

// take does what an editor does with the action of that title.
func (c *client) take(name string, line int, title string) {
	c.t.Helper()
	actions := c.actions(name, line, "")
	at := slices.IndexFunc(actions, func(a action) bool { return strings.HasPrefix(a.Title, title) })
	if at < 0 {
		c.t.Fatalf("no %q among %+v", title, actions)
	}
	for _, e := range actions[at].Edit.Changes[c.uri(name)] {
		c.change(name, fmt.Sprintf(`{"range":%s,"text":%s}`, e.Range, quoted(e.NewText)))
	}
	c.hoverAt(name, 0, 0)
}

// To ignore a finding takes a comment, and a reason that only a person can give.
func TestSuppressAction(t *testing.T) {
	for name, text := range map[string]string{
		"above":                  "services:\n  app:\n    image: example/app\n",
		"with carriage returns":  "services:\r\n  app:\r\n    image: example/app\r\n",
		"with a byte order mark": "\ufeffservices:\n  app:\n    image: example/app\n",
	} {
		c := start(t, `[]`, map[string]string{"compose.yml": text, ".recipe-lint.yml": quiet})
		line := strings.Count(text[:strings.Index(text, "image:")], "\n")
		c.openFile("compose.yml", text)
		c.hoverAt("compose.yml", 0, 0)
		was := c.codes("compose.yml")
		c.take("compose.yml", line, "Ignore R003")
		if got := c.codes("compose.yml"); !strings.Contains(got, "R221") || !strings.Contains(got, "R003") {
			t.Errorf("%s: without a reason nothing is hidden: %s, before %s", name, got, was)
		}
		c.change("compose.yml", fmt.Sprintf(`{"range":{"start":{"line":%d,"character":99},"end":{"line":%d,"character":99}},"text":"old"}`, line, line))
		c.hoverAt("compose.yml", 0, 0)
		if got := c.codes("compose.yml"); strings.Contains(got, "R221") || strings.Contains(got, "R003") {
			t.Errorf("%s: with a reason it is hidden: %s", name, got)
		}
	}
}

// Save actions fix all that is safe, and nothing but what was asked for.
func TestFixAll(t *testing.T) {
	text := "services:\n  app:\n    image: example/app:1 # recipe-lint: ignore=R004 x\n  db:\n    image: postgres:17 # recipe-lint: ignore=R004 x"
	c := start(t, `[]`, map[string]string{"compose.yml": text})
	c.openFile("compose.yml", text)
	c.hoverAt("compose.yml", 0, 0)
	for _, only := range []string{"source", "source.fixAll", "source.fixAll.recipe-lint"} {
		if got := c.actions("compose.yml", 0, `"only":["`+only+`"]`); len(got) != 1 || got[0].Kind != "source.fixAll.recipe-lint" {
			t.Errorf("%s: %+v", only, got)
		}
	}
	if got := c.actions("compose.yml", 0, `"only":["source.fixAll.other","source.fix"]`); len(got) != 0 {
		t.Errorf("not asked for: %+v", got)
	}
	c.take("compose.yml", 0, "Fix all")
	if got := c.codes("compose.yml"); strings.Contains(got, "R220") {
		t.Errorf("left: %s", got)
	}
	if got := c.actions("compose.yml", 0, `"only":["source.fixAll"]`); len(got) != 0 {
		t.Errorf("nothing is left to fix: %+v", got)
	}
}

// Clients that can are asked to watch, get edits for the text that they are of,
// and plain hovers where they show no other.
func TestCapabilities(t *testing.T) {
	text := "services:\n  app:\n    image: example/app # recipe-lint: ignore=R004 x\n"
	c := start(t, `[]`, map[string]string{"compose.yml": text})
	if err := c.end(); err != nil {
		t.Fatal(err)
	}
	d := connect(t, c.dir)
	d.ask("initialize", `{"capabilities":{"workspace":{"workspaceEdit":{"documentChanges":true},"didChangeWatchedFiles":{"dynamicRegistration":true}},"textDocument":{"hover":{"contentFormat":["plaintext"]}}}}`)
	d.tell("initialized", "{}")
	d.until(func(r received) bool { return r.Method == "client/registerCapability" })
	d.openFile("compose.yml", text)
	published := d.until(func(r received) bool { return strings.Contains(string(r.Params), d.uri("compose.yml")+`"`) })
	if !strings.Contains(string(published.Params), `"version":1`) {
		t.Errorf("of which version: %s", published.Params)
	}
	if got := d.hoverAt("compose.yml", 2, 12); !strings.Contains(got, `"plaintext"`) || strings.Contains(got, "**") {
		t.Errorf("hover: %s", got)
	}
	got := d.actions("compose.yml", 2, "")
	if len(got) == 0 || len(got[0].Edit.DocumentChanges) != 1 || *got[0].Edit.DocumentChanges[0].TextDocument.Version != 1 {
		t.Errorf("actions: %+v", got)
	}
	write(t, c.dir, "compose.other.yml", "services:\n  other:\n    image: example/other\n")
	d.tell("workspace/didChangeWatchedFiles", `{"changes":[]}`)
	d.published("compose.other.yml") // nobody asked: the pause is enough
}

// A finding of two places names both.
func TestRelatedInformation(t *testing.T) {
	text := "services:\n  app:\n    image: a:1\n    image: b:1\n"
	c := start(t, `[]`, map[string]string{"compose.yml": text})
	c.openFile("compose.yml", text)
	c.published("compose.yml")
	for _, d := range c.shown[c.uri("compose.yml")] {
		if d.Code == "R128" && len(d.Related) == 1 && d.Related[0].Location.URI == c.uri("compose.yml") && d.Related[0].Location.Range.Start.Line == 2 {
			return
		}
	}
	t.Errorf("shown: %+v", c.shown)
}
