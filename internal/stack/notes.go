package stack

import (
	"fmt"

	"coopcloud.tech/catalogue/internal/recipe"
)

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
	if !left.take(1) {
		if d = tooMany(d.Span.File); n.known[d] {
			return
		}
	}
	n.known[d] = true
	n.all = append(n.all, d)
}

// tooMany says that the file has more diagnostics than are kept.
func tooMany(file string) Diagnostic {
	return Diagnostic{
		Code: CodeTooMany, Span: recipe.Span{File: file}, Docker: Accept, Engine: Accept,
		Message: fmt.Sprintf("the stack has more than %d faults, and not all of this file's are shown; repair those that are", maxDiagnostics),
	}
}
