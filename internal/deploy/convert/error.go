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
	opts    Options
	refused map[recipe.Span]bool
	errs    []error
}

func newConverter(s *stack.Stack, o Options) *converter {
	c := &converter{Stack: s, opts: o, refused: map[recipe.Span]bool{}}
	for _, d := range s.Refused() {
		c.refused[d.Span] = true
		c.errs = append(c.errs, &Error{d.Span, d.Message})
	}
	return c
}

// path is where a value stands, such as services app ports 0.
type path []string

func (p path) at(more ...string) path { return append(p[:len(p):len(p)], more...) }

// fail notes an error at the path, unless package stack already refused what
// stands there.
func (c *converter) fail(at path, format string, args ...any) {
	span := c.Span(at...)
	if !c.refused[span] {
		c.errs = append(c.errs, &Error{span, fmt.Sprintf(format, args...)})
	}
}
