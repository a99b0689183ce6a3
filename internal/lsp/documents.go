package lsp

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"coopcloud.tech/catalogue/internal/lint/config"
)

// hear handles a notification.
func (s *session) hear(m message) {
	if s.state != running {
		return
	}
	var err error
	switch m.Method {
	case "initialized":
		s.watch()
	case "textDocument/didOpen":
		err = told(m, s.didOpen)
	case "textDocument/didChange":
		err = told(m, s.didChange)
	case "textDocument/didSave":
		err = told(m, s.didSave)
	case "textDocument/didClose":
		err = told(m, s.didClose)
	case "workspace/didChangeWatchedFiles": // a checkout sends a flood of them
		s.reopen()
		s.wait()
	}
	if err != nil {
		s.log(err)
	}
}

func told[P any](m message, do func(P)) error {
	var params P
	if err := json.Unmarshal(m.Params, &params); err != nil {
		return fmt.Errorf("%s: %w", m.Method, err)
	}
	do(params)
	return nil
}

// watch asks to be told of what other programs do to the files: git, above all.
// Which files a recipe has only its texts say.
func (s *session) watch() {
	if !s.client.registers {
		return
	}
	type watcher struct {
		Pattern string `json:"globPattern"`
	}
	options := map[string][]watcher{"watchers": {{"**/*"}}}
	s.send(request{"2.0", 1, "client/registerCapability", registrationParams{
		[]registration{{"watch", "workspace/didChangeWatchedFiles", options}},
	}})
}

func (s *session) didOpen(p openParams) {
	path := pathOf(p.TextDocument.URI)
	if path == "" {
		return
	}
	s.open[path] = &document{uri: p.TextDocument.URI, version: p.TextDocument.Version, text: newText(p.TextDocument.Text)}
	s.touch(path)
	s.refreshAll()
}

func (s *session) didChange(p changeParams) {
	path := pathOf(p.TextDocument.URI)
	document := s.open[path]
	if document == nil {
		return
	}
	document.version = p.TextDocument.Version
	for _, c := range p.ContentChanges {
		document.text = document.text.changed(c, s.encoding)
	}
	s.touch(path)
}

// didSave looks at the disk again: a commit or a checkout may have come with it.
func (s *session) didSave(documentParams) {
	s.reopen()
	s.refreshAll()
}

func (s *session) reopen() {
	for _, folder := range s.recipes {
		folder.stale, folder.dirty = true, true
	}
}

// didClose takes the text away. A recipe of which nothing is open is forgotten.
func (s *session) didClose(p documentParams) {
	path := pathOf(p.TextDocument.URI)
	if s.open[path] == nil {
		return
	}
	s.touch(path)
	delete(s.open, path)
	for dir, folder := range s.recipes {
		if !s.holds(dir) {
			s.publish(folder, nil)
			delete(s.recipes, dir)
		}
	}
	s.refreshAll()
}

// holds says whether a file below the folder is open.
func (s *session) holds(dir string) bool {
	for path := range s.open {
		if within(dir, path) != "" {
			return true
		}
	}
	return false
}

// touch marks the recipes that the file is a part of; a config is a part of all
// that it might stand above.
func (s *session) touch(path string) {
	if dir := s.recipeOf(path); dir != "" && s.recipes[dir] == nil {
		s.recipes[dir] = &folder{dir: dir, stale: true, good: map[string]string{}, shown: map[string]bool{}}
	}
	for dir, folder := range s.recipes {
		if within(dir, path) != "" || filepath.Base(path) == config.Name {
			folder.dirty = true
		}
	}
	s.wait()
}

// wait starts or prolongs the silence that must pass before recipes are judged,
// but not for ever.
func (s *session) wait() {
	now := time.Now()
	if s.timer == nil {
		s.first = now
		s.timer = time.NewTimer(s.Delay)
		return
	}
	s.timer.Reset(max(0, min(s.Delay, s.first.Add(patience*s.Delay).Sub(now))))
}

// due is ready when the silence has passed.
func (s *session) due() <-chan time.Time {
	if s.timer == nil {
		return nil
	}
	return s.timer.C
}

// maxAbove is how far above a file its recipe may be: release/next, a/b/site.conf.
const maxAbove = 4

// recipeOf is the nearest folder above the file that has a compose.yml, on disk or
// in the editor; "" where there is none.
func (s *session) recipeOf(path string) string {
	dir := filepath.Dir(path)
	for range maxAbove {
		base := filepath.Join(dir, "compose.yml")
		if _, err := os.Lstat(base); err == nil || s.open[base] != nil {
			return dir
		}
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil || dir == filepath.Dir(dir) {
			return ""
		}
		dir = filepath.Dir(dir)
	}
	return ""
}
