package stack

// notes are diagnostics, each once, and no more than anybody reads.
type notes struct {
	all               []Diagnostic
	known             map[Diagnostic]bool
	refusals, remarks budget
}

func newNotes() notes {
	return notes{known: map[Diagnostic]bool{}, refusals: maxDiagnostics, remarks: maxDiagnostics}
}

func (n *notes) report(d Diagnostic) {
	if n.known[d] {
		return // three files can merge into the same fault twice
	}
	left := &n.remarks
	if d.Engine == Refuse {
		left = &n.refusals // of which at least one must stay
	}
	if left.take(1) {
		n.known[d] = true
		n.all = append(n.all, d)
	}
}
