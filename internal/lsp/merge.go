package lsp

import (
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/overlay"
)

// merge shows what was found before a file broke, and why it cannot be read now.
// What stood in the broken file moves with its lines; what stood in the lines that
// are being typed goes, and so do repairs, whose offsets are gone.
func merge(now, last []lint.Finding, broken map[string]bool, current, before overlay.FS) []lint.Finding {
	const unreadable = "R101"
	merged := slices.DeleteFunc(slices.Clone(now), func(f lint.Finding) bool {
		return f.Rule != unreadable || !broken[f.Span.File]
	})
	shifts := map[string]shift{}
	for file := range broken {
		shifts[file] = newShift(string(before.Files[file]), string(current.Files[file]))
	}
	for _, f := range last {
		if touchesAny(f, broken) {
			f.Repairs = nil
		}
		f.Related = slices.DeleteFunc(slices.Clone(f.Related), func(r lint.Related) bool { return broken[r.Span.File] })
		if moved, isBroken := shifts[f.Span.File]; isBroken {
			line, ok := moved.line(f.Span.Line)
			if !ok {
				continue
			}
			f.Span.EndLine += line - f.Span.Line
			f.Span.Line = line
		}
		merged = append(merged, f)
	}
	return merged
}

func touchesAny(f lint.Finding, files map[string]bool) bool {
	return slices.ContainsFunc(f.Repairs, func(r lint.Repair) bool {
		return slices.ContainsFunc(r.Edits, func(e lint.Edit) bool { return files[e.File] })
	})
}

// shift is how lines moved between two texts: those before and behind the ones
// that differ are the same.
type shift struct{ was, is, head, tail int }

func newShift(before, after string) shift {
	was, is := strings.Split(before, "\n"), strings.Split(after, "\n")
	s := shift{was: len(was), is: len(is)}
	shorter := min(s.was, s.is)
	for s.head < shorter && was[s.head] == is[s.head] {
		s.head++
	}
	for s.tail < shorter-s.head && was[s.was-1-s.tail] == is[s.is-1-s.tail] {
		s.tail++
	}
	return s
}

// line is where a line stands now; not ok where it is among those that differ.
func (s shift) line(n int) (int, bool) {
	switch {
	case n <= s.head:
		return n, true
	case n > s.was-s.tail:
		return n + s.is - s.was, true
	}
	return 0, false
}
