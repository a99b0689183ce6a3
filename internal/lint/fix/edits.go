// Package fix applies the repairs of findings: as edits of bytes, again and again
// until nothing is left to repair, and never so that a recipe gets worse.
package fix

import (
	"cmp"
	"fmt"
	"slices"

	"coopcloud.tech/catalogue/internal/lint"
)

// Edit returns data with the edits of one file made; every byte outside them
// stays. It fails where an edit lies outside of data, or two overlap.
func Edit(data []byte, edits []lint.Edit) ([]byte, error) {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b lint.Edit) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
	var out []byte
	at := 0
	for _, e := range edits {
		if e.Start < at || e.End < e.Start || e.End > len(data) {
			return nil, fmt.Errorf("%s: the edit of bytes %d to %d overlaps another or lies outside of the file's %d", e.File, e.Start, e.End, len(data))
		}
		out = append(out, data[at:e.Start]...)
		out = append(out, e.Text...)
		at = e.End
	}
	return append(out, data[at:]...), nil
}

// byFile sorts the edits of a repair by the file that they change.
func byFile(repairs []lint.Repair) map[string][]lint.Edit {
	files := map[string][]lint.Edit{}
	for _, r := range repairs {
		for _, e := range r.Edits {
			files[e.File] = append(files[e.File], e)
		}
	}
	return files
}

// collide says whether two repairs touch the same bytes, or insert at the same
// place: then only one of them is made in this pass.
func collide(a, b lint.Repair) bool {
	return slices.ContainsFunc(a.Edits, func(x lint.Edit) bool {
		return slices.ContainsFunc(b.Edits, func(y lint.Edit) bool {
			return x.File == y.File && x.Start <= y.End && y.Start <= x.End
		})
	})
}
