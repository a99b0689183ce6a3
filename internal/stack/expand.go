package stack

import (
	"fmt"
	"regexp"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
	"github.com/compose-spec/compose-go/v2/template"
)

var (
	errNesting  = fmt.Errorf("the ${…} nest deeper than %d", recipe.MaxNesting)
	errTooLarge = fmt.Errorf("the expanded value is larger than %d bytes, or all together than %d", recipe.MaxValueSize, maxExpanded)
)

// expansion expands one value by the grammar of compose-go's template, within bounds.
// It takes one ${…} at a time and resolves it itself: compose-go reads nested ones again
// at every level, those that are not closed to the end each, and logs what is unset.
type expansion struct {
	look  template.Mapping // of the variables
	depth int
	size  int             // of all values looked up so far
	lack  map[string]bool // names that were asked for and have no value
}

// withoutDefault finds $X and ${X}.
var withoutDefault = regexp.MustCompile(`(?i)\$(?:([_a-z][_a-z0-9]*)|\{([_a-z][_a-z0-9]*)\})`)

// unset lists the variables that became empty for want of a value and a default.
func (x *expansion) unset(written string) []string {
	if len(x.lack) == 0 {
		return nil
	}
	var names []string
	for _, m := range withoutDefault.FindAllStringSubmatch(written, -1) {
		name := m[1] + m[2]
		if x.lack[name] {
			names = append(names, name)
			delete(x.lack, name) // named once
		}
	}
	return names
}

func (x *expansion) expand(s string) (string, error) {
	if len(s) > recipe.MaxValueSize {
		return "", errTooLarge
	}
	if x.depth++; x.depth > recipe.MaxNesting+1 {
		return "", errNesting
	}
	defer func() { x.depth-- }()
	var out strings.Builder
	for {
		dollar := strings.IndexByte(s, '$')
		if dollar < 0 || out.Len() > recipe.MaxValueSize {
			break
		}
		out.WriteString(s[:dollar])
		s = s[dollar:]
		piece := template.DefaultPattern.FindString(s[:pieceEnd(s)])
		if strings.HasSuffix(piece, "}") {
			piece = piece[:bracedEnd(piece, 1)] // so counts compose-go, and ends ${A:-{{x}}} as Docker does, a brace early
		}
		got, err := x.substitute(piece)
		if err != nil {
			return "", err
		}
		out.WriteString(got)
		s = s[max(1, len(piece)):]
	}
	out.WriteString(s)
	if out.Len() > recipe.MaxValueSize || x.size > recipe.MaxValueSize {
		return "", errTooLarge
	}
	return out.String(), nil
}

// lookup is the only source of values; the environment of this process is not one.
func (x *expansion) lookup(name string) (string, bool) {
	v, ok := x.look(name)
	if x.size += len(v); x.size > recipe.MaxValueSize {
		return "", ok
	}
	if !ok {
		x.lack[name] = true
	}
	return v, ok
}

// substitute resolves what the grammar knows behind a dollar sign, if anything.
func (x *expansion) substitute(piece string) (string, error) {
	switch {
	case piece == "", piece == "$$":
		return "$", nil
	case piece == "${":
		return "", &template.InvalidTemplateError{}
	case piece[1] == '{':
		return x.operate(piece[2 : len(piece)-1])
	}
	value, _ := x.lookup(piece[1:])
	return value, nil
}

// operate resolves what stands between ${ and }.
func (x *expansion) operate(s string) (string, error) {
	end := 0
	for end < len(s) && wordByte(s[end], end > 0) {
		end++
	}
	name, rest := s[:end], s[end:]
	value, ok := x.lookup(name)
	if rest == "" {
		return value, nil
	}
	if rest[0] == ':' {
		rest = rest[1:]
		ok = ok && value != ""
	}
	switch op, argument := rest[0], rest[1:]; {
	case op == '-' && !ok, op == '+' && ok:
		return x.expand(argument)
	case op == '+':
		return "", nil
	case op == '?' && !ok:
		return "", &template.MissingRequiredError{Variable: name}
	}
	return value, nil
}

// pieceEnd is the length of the substitution that s starts with: $$, $name,
// or ${…} up to its own closing brace, at most to the end of the line.
func pieceEnd(s string) int {
	switch {
	case len(s) < 2:
		return len(s)
	case s[1] == '$':
		return 2
	case s[1] == '{':
		return bracedEnd(s, 0)
	}
	end := 1
	for end < len(s) && wordByte(s[end], end > 1) {
		end++
	}
	return end
}

// bracedEnd is the length up to the brace that closes the first one, at most to the end
// of the line. It passes over so many bytes behind each opening brace.
func bracedEnd(s string, passed int) int {
	open := 0
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\n':
			return i
		case '{':
			open++
			i += passed
		case '}':
			if open--; open == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}

func wordByte(c byte, digits bool) bool {
	return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' || digits && c >= '0' && c <= '9'
}
