package lsp

import (
	"path/filepath"
	"strings"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/lint/report"
)

const (
	quickFix = "quickfix"
	fixAll   = "source.fixAll." + source
)

// codeActions offers the repairs of the findings in the range, to ignore them, and
// all safe fixes of the document together.
func (s *session) codeActions(p actionParams) any {
	actions := []codeAction{}
	if wants(p.Context.Only, quickFix) {
		found := s.at(p.TextDocument.URI, p.Range)
		actions = append(actions, s.repairs(found)...)
		actions = append(actions, s.suppressions(found)...)
	}
	if wants(p.Context.Only, fixAll) {
		actions = append(actions, s.allFixes(p.TextDocument.URI)...)
	}
	return actions
}

// wants says whether a client that asks only for some kinds asks for this one, or
// for all that it is a part of.
func wants(only []string, kind string) bool {
	for _, want := range only {
		if want == "" || want == kind || strings.HasPrefix(kind, want+".") {
			return true
		}
	}
	return len(only) == 0
}

func (s *session) repairs(found []located) []codeAction {
	var actions []codeAction
	for _, l := range found {
		for i, r := range l.finding.Repairs {
			title := r.Title
			if !r.Safe {
				title += " (may change what is deployed)"
			}
			actions = append(actions, codeAction{
				Title: report.Printable(title), Kind: quickFix, IsPreferred: i == 0 && r.Safe,
				Diagnostics: []diagnostic{s.diagnostic(l.folder, l.finding)},
				Edit:        s.workspaceEdit(l.folder, r.Edits),
			})
		}
	}
	return actions
}

// workspaceEdit is the edits as the client takes them.
func (s *session) workspaceEdit(f *folder, edits []lint.Edit) workspaceEdit {
	var files []documentEdit
	known := map[string]int{} // places in files
	for _, e := range edits {
		at, seen := known[e.File]
		if !seen {
			at, known[e.File] = len(files), len(files)
			files = append(files, documentEdit{TextDocument: s.versioned(filepath.Join(f.dir, filepath.FromSlash(e.File)))})
		}
		text := f.texts[e.File]
		files[at].Edits = append(files[at].Edits, textEdit{
			Range:   textRange{text.position(e.Start, s.encoding), text.position(e.End, s.encoding)},
			NewText: e.Text,
		})
	}
	if s.client.versions {
		return workspaceEdit{DocumentChanges: files}
	}
	changes := map[string][]textEdit{}
	for _, file := range files {
		changes[file.TextDocument.URI] = file.Edits
	}
	return workspaceEdit{Changes: changes}
}
