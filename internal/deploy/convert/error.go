package convert

import (
	"errors"
	"fmt"
	"strings"

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

// refused joins what package stack refuses. A stack with such faults is not
// converted: most of them would only show again.
func refused(s *stack.Stack, o Options) error {
	var errs []error
	for _, d := range s.Refused() {
		if !o.permits(d.Code) {
			errs = append(errs, &Error{d.Span, owner(s, d.Path) + d.Message})
		}
	}
	if s.Name == "" {
		errs = append(errs, &Error{Message: "the stack has no name; set STACK_NAME"})
	}
	return errors.Join(errs...)
}

// owner names the service, network, secret or config that a diagnostic's path
// leads into. Keys may hold dots, so it goes by those that exist.
func owner(s *stack.Stack, path string) string {
	section, rest, _ := strings.Cut(path, ".")
	best := ""
	for _, key := range keys(s, section) {
		if (rest == key || strings.HasPrefix(rest, key+".")) && len(key) > len(best) {
			best = key
		}
	}
	if best == "" {
		return ""
	}
	return strings.TrimSuffix(section, "s") + " " + best + ": "
}

func keys(s *stack.Stack, section string) []string {
	switch section {
	case "services":
		return each(s.Services, func(o *stack.Service) string { return o.Key })
	case "networks":
		return each(s.Networks, func(o *stack.Network) string { return o.Key })
	case "volumes":
		return each(s.Volumes, func(o *stack.Volume) string { return o.Key })
	case "secrets":
		return each(s.Secrets, func(o *stack.Object) string { return o.Key })
	case "configs":
		return each(s.Configs, func(o *stack.Object) string { return o.Key })
	}
	return nil
}

// permits says that the options lift a refusal.
func (o Options) permits(code string) bool {
	switch code {
	case stack.CodeRelativeBind:
		return o.Dir != ""
	case stack.CodeInvalidName, stack.CodeNameTooLong, stack.CodeObjectSize:
		return o.Preview
	}
	return false
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
