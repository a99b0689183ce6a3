package lsp

import (
	"io/fs"
	"slices"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/lint/fix"
)

// allFixes offers the safe fixes of the document as one edit, for saving.
func (s *session) allFixes(uri string) []codeAction {
	path := pathOf(uri)
	if s.open[path] == nil {
		return nil
	}
	s.refreshAll()
	var actions []codeAction
	for _, f := range s.recipes {
		if file := within(f.dir, path); file != "" && len(safe(f.findings, file)) > 0 {
			if edits := s.fixed(f, file); len(edits) > 0 {
				actions = append(actions, codeAction{Title: "Fix all that is safe to fix", Kind: fixAll, Edit: s.workspaceEdit(f, edits)})
			}
		}
	}
	return actions
}

// fixed is what the safe fixes come to, judged as on the command line.
func (s *session) fixed(f *folder, file string) []lint.Edit {
	files, done, err := s.files(f)
	if err != nil {
		return nil
	}
	defer done()
	outcome, err := fix.Run(fix.Job{
		FS:     files,
		Judge:  func(files fs.FS) (lint.Result, error) { return f.judge(files, s.read) },
		Wanted: func(findings []lint.Finding) []lint.Finding { return safe(findings, file) },
	})
	if err != nil {
		s.log(err)
		return nil
	}
	var edits []lint.Edit
	for _, c := range outcome.Changes() {
		if c.File != file { // a repair led to one elsewhere
			return nil
		}
		edits = append(edits, difference(c.File, string(c.Before), string(c.After)))
	}
	return edits
}

// safe are the findings of the file with those safe repairs that change no other
// file: who saves one means one.
func safe(findings []lint.Finding, file string) []lint.Finding {
	var kept []lint.Finding
	for _, f := range findings {
		f.Repairs = slices.DeleteFunc(slices.Clone(f.Repairs), func(r lint.Repair) bool {
			return !r.Safe || slices.ContainsFunc(r.Edits, func(e lint.Edit) bool { return e.File != file })
		})
		if f.Span.File == file && len(f.Repairs) > 0 {
			kept = append(kept, f)
		}
	}
	return kept
}

// difference replaces the lines in which the texts differ.
func difference(file, before, after string) lint.Edit {
	s := newShift(before, after)
	was, is := newText(before), newText(after)
	from := was.starts[max(s.head-1, 0)] // the last line may lack its end in one of them
	return lint.Edit{File: file, Start: from, End: was.behind(s.was - s.tail), Text: after[from:is.behind(s.is-s.tail)]}
}

// behind is the offset behind so many lines.
func (t *text) behind(lines int) int {
	if lines < len(t.starts) {
		return t.starts[lines]
	}
	return len(t.data)
}
