// Package edit changes files byte by byte: edits of a text, patches that show
// them, and several files written together.
package edit

import (
	"cmp"
	"fmt"
	"slices"
)

// Edit replaces the bytes from Start up to End, offsets into the file as it was
// read, by Text. Everything around them stays: comments, anchors, order, line
// endings.
type Edit struct {
	File       string
	Start, End int
	Text       string
}

// Apply returns data with the edits of one file made; every byte outside them
// stays. It fails where an edit lies outside of data, or two overlap.
func Apply(data []byte, edits []Edit) ([]byte, error) {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b Edit) int {
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

// Change is one file before and after.
type Change struct {
	File          string // slash-separated, below the folder
	Before, After []byte // Before is nil for a new file
	Remove        bool   // the file goes; After counts for nothing
}
