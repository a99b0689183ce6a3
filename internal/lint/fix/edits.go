// Package fix applies the repairs of findings: as edits of bytes, again and again
// until nothing is left to repair, and never so that a recipe gets worse.
package fix

import (
	"slices"

	"coopcloud.tech/catalogue/internal/lint"
)

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
