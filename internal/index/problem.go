package index

import (
	"fmt"
	"strings"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/internal/recipe"
)

// A hostile recipe could have any number of problems, each of any length.
const (
	maxProblems = 50
	maxMessage  = 1000
)

func problemf(where, format string, args ...any) catalogue.Problem {
	message := fmt.Sprintf(format, args...)
	if len(message) > maxMessage {
		message = strings.ToValidUTF8(message[:maxMessage], "") + "…"
	}
	return catalogue.Problem{Where: where, Message: message}
}

// bounded cuts a list of problems and says how many it left out.
func bounded(problems []catalogue.Problem) []catalogue.Problem {
	if len(problems) <= maxProblems {
		return problems
	}
	more := problemf("", "and %d problems more", len(problems)-maxProblems)
	return append(problems[:maxProblems:maxProblems], more)
}

// place writes a span as FILE:LINE:COLUMN, as far as it is known.
func place(span recipe.Span) string {
	if span.Line == 0 {
		return span.File
	}
	return fmt.Sprintf("%s:%d:%d", span.File, span.Line, span.Column)
}

func faults(found []recipe.Fault, wanted func(recipe.Fault) bool) []catalogue.Problem {
	var problems []catalogue.Problem
	for _, fault := range found {
		if wanted(fault) {
			problems = append(problems, problemf(place(fault.Span), "%s", fault.Message))
		}
	}
	return problems
}
