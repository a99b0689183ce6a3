package report

import (
	"cmp"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/lint"
)

// maxReplacement bounds the bytes that a suggestion repeats between two edits.
const maxReplacement = 4 << 10

// replacement is the edits of one file as a single one, with what stands between
// them; false where they are of another file, or far apart.
func (s *sources) replacement(file string, edits []lint.Edit) (start, end position, text string, ok bool) {
	if len(edits) == 0 || slices.ContainsFunc(edits, func(e lint.Edit) bool { return e.File != file }) {
		return start, end, "", false
	}
	edits = slices.SortedFunc(slices.Values(edits), func(a, b lint.Edit) int { return cmp.Compare(a.Start, b.Start) })
	first, last := edits[0], edits[len(edits)-1]
	source := s.file(file)
	start, known := source.at(first.Start)
	end, inside := source.at(last.End)
	if !known || !inside || last.End < first.Start || last.End-first.Start > maxReplacement {
		return start, end, "", false
	}
	text, ok = splice(source.data, edits)
	return start, end, text, ok
}

// splice is the text from the first edit to the end of the last, edited; false
// where edits overlap.
func splice(data []byte, edits []lint.Edit) (string, bool) {
	var b strings.Builder
	at := edits[0].Start
	for _, edit := range edits {
		if edit.Start < at || edit.End < edit.Start || edit.End > len(data) {
			return "", false
		}
		b.Write(data[at:edit.Start])
		b.WriteString(edit.Text)
		at = edit.End
	}
	return b.String(), true
}
