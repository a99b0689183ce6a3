package convert

import (
	"fmt"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

// Error is one thing in the compose files that cannot become a spec.
type Error struct {
	Span    recipe.Span
	Message string // names the object, what was expected, what to do
}

func (e *Error) Error() string {
	switch {
	case e.Span.File == "":
		return e.Message
	case e.Span.Line == 0:
		return e.Span.File + ": " + e.Message
	}
	return fmt.Sprintf("%s:%d: %s", e.Span.File, e.Span.Line, e.Message)
}

// converter is one conversion. Errors gather, so that the operator sees all
// of them at once.
type converter struct {
	*stack.Stack
	opts Options
	errs []error
}

// path is where a value stands, such as services app ports 0.
type path []string

func (p path) at(more ...string) path { return append(p[:len(p):len(p)], more...) }

func (c *converter) fail(at path, format string, args ...any) {
	c.errs = append(c.errs, &Error{c.Span(at...), fmt.Sprintf(format, args...)})
}
