package lsp

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/edit"
	"coopcloud.tech/catalogue/internal/lint"
)

// maxSuppressions is how many findings at one place may be ignored by an action:
// each is tried out.
const maxSuppressions = 5

// suppressions offers to ignore each finding. The reason is left to the person: as
// long as it is missing, the comment hides nothing and is itself a finding (R221).
func (s *session) suppressions(found []located) []codeAction {
	var actions []codeAction
	for _, l := range found[:min(len(found), maxSuppressions)] {
		edit, ok := s.suppression(l)
		if !ok {
			continue
		}
		actions = append(actions, codeAction{
			Title: fmt.Sprintf("Ignore %s %s here; write the reason behind it", l.finding.Rule, l.finding.Name), Kind: quickFix,
			Diagnostics: []diagnostic{s.diagnostic(l.folder, l.finding)},
			Edit:        s.workspaceEdit(l.folder, []lint.Edit{edit}),
		})
	}
	return actions
}

// suppression is the comment above the finding, else behind it, that would hide it
// and do nothing else. Whether a place is inside a value, or takes the next line
// from another comment, is seen by trying.
func (s *session) suppression(l located) (lint.Edit, bool) {
	if l.half || !slices.Contains([]string{".yml", ".yaml", ".md", ".sample", ".sh"}, path.Ext(l.finding.Span.File)) {
		return lint.Edit{}, false
	}
	for _, comment := range comments(l) {
		if s.hides(l, comment("reason")) {
			return comment(""), true
		}
	}
	return lint.Edit{}, false
}

func comments(l located) []func(reason string) lint.Edit {
	file, text := l.finding.Span.File, l.texts[l.finding.Span.File]
	start, end := text.bounds(max(l.finding.Span.Line-1, 0))
	line := strings.TrimPrefix(text.data[start:end], "\ufeff")
	start = end - len(line)
	indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
	write := func(reason string) string {
		if path.Ext(file) == ".md" {
			return fmt.Sprintf("<!-- recipe-lint: ignore=%s %s -->", l.finding.Rule, reason)
		}
		return fmt.Sprintf("# recipe-lint: ignore=%s %s", l.finding.Rule, reason)
	}
	newline := "\n"
	if strings.HasPrefix(text.data[end:], "\r") {
		newline = "\r\n"
	}
	return []func(string) lint.Edit{
		func(reason string) lint.Edit {
			return lint.Edit{File: file, Start: start, End: start, Text: indent + write(reason) + newline}
		},
		func(reason string) lint.Edit {
			return lint.Edit{File: file, Start: end, End: end, Text: " " + write(reason)}
		},
	}
}

// hides says whether the edit removes this finding and brings no other.
func (s *session) hides(l located, e lint.Edit) bool {
	files, done, err := s.files(l.folder)
	if err != nil {
		return false
	}
	defer done()
	data, err := edit.Apply([]byte(l.texts[e.File].data), []lint.Edit{e})
	if err != nil {
		return false
	}
	files.Files[e.File] = data
	result, err := l.judge(fs.FS(files), s.read)
	if err != nil || len(result.Findings) != len(l.findings)-1 {
		return false
	}
	return !slices.ContainsFunc(result.Findings, func(f lint.Finding) bool { return f.Fingerprint == l.finding.Fingerprint })
}
