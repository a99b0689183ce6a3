package recipe

import (
	"maps"
	"strings"
)

// Expand evaluates the file from top to bottom on top of base (not changed) and
// returns base with the file's values over it. $VAR, ${VAR}, ${VAR:-x} and
// ${VAR-x} refer to earlier keys and to base; what nothing sets is empty, but a
// name with lower-case letters that nothing sets stays as written, since abra's
// dotenv knows upper-case names only and passwords hold a `$`. Bounded: 64 KiB a
// value, 1 MiB together, nesting 16; a value that goes over, or that cannot be
// understood, is a Fault and is left out.
func (f *EnvFile) Expand(base map[string]string) (map[string]string, []Fault) {
	e := envExpander{vars: maps.Clone(base)}
	if e.vars == nil {
		e.vars = map[string]string{}
	}
	for key, value := range e.vars {
		e.size += len(key) + len(value)
	}
	for _, a := range f.lines {
		if a.Commented {
			continue
		}
		if e.work > maxExpandWork {
			e.fault(a, tooMuchWork)
			break
		}
		e.set(a, f.text[a.value:a.end])
	}
	return e.vars, e.faults
}

type envExpander struct {
	vars   map[string]string
	faults []Fault
	size   int // bytes of vars
	work   int // bytes written so far
}

// set evaluates one assignment.
func (e *envExpander) set(a assignment, raw string) {
	value, problem := expandValue(raw, a.Quote, e.vars)
	e.work += len(value)
	if old, ok := e.vars[a.Key]; ok {
		e.size -= len(a.Key) + len(old)
		delete(e.vars, a.Key)
	}
	size := len(a.Key) + len(value)
	if problem == nil && e.size+size > MaxEnvSize {
		problem = envTooLarge
	}
	if problem != nil {
		e.fault(a, problem)
		return
	}
	e.vars[a.Key] = value
	e.size += size
}

func (e *envExpander) fault(a assignment, p *problem) {
	message := "cannot expand " + a.Key + ": " + p.message
	e.faults = addFault(e.faults, Fault{p.code, a.Span, message})
}

// problem is why a value has no meaning.
type problem struct{ code, message string }

var (
	valueTooLarge = &problem{CodeEnvTooLarge, "the value grows over 64 KiB; set it once, without repeating itself"}
	envTooLarge   = &problem{CodeEnvTooLarge, "all values together grow over 1 MiB"}
	tooMuchWork   = &problem{CodeEnvTooLarge, "the lines before it expand to more than 16 MiB; the rest of the file is left out"}
	tooNested     = &problem{CodeEnvNesting, "${…} is nested deeper than 16"}
	notClosed     = &problem{CodeEnvExpansion, "${ has no closing }; put the value in single quotes if it is meant literally"}
	notSupported  = &problem{CodeEnvExpansion, "expected ${VAR}, ${VAR:-default} or ${VAR-default}; put the value in single quotes if it is meant literally"}
)

// expandValue evaluates a value as it stands in the file, quotes included.
func expandValue(raw string, quote byte, vars map[string]string) (string, *problem) {
	if quote != 0 {
		raw = raw[1 : len(raw)-1]
	}
	if quote == '\'' {
		raw = unescape(raw, quote)
		if len(raw) > MaxValueSize {
			return "", valueTooLarge
		}
		return raw, nil
	}
	x := expander{text: raw, quote: quote, vars: vars}
	x.word(0, false)
	return x.out.String(), x.problem
}

// expander evaluates one value from left to right, in one pass.
type expander struct {
	text    string
	quote   byte
	vars    map[string]string
	at      int
	out     strings.Builder
	skip    bool // inside a default that is not needed
	problem *problem
}

// word evaluates up to the end, or up to the `}` that closes a default.
func (x *expander) word(depth int, inDefault bool) {
	for x.at < len(x.text) && x.problem == nil {
		switch c := x.text[x.at]; {
		case c == '}' && inDefault:
			return
		case c == '$':
			x.reference(depth)
		default:
			text, size := plain(x.text[x.at:], x.quote)
			x.at += size
			x.write(text)
		}
	}
}

// reference evaluates $VAR or ${VAR…} at x.at.
func (x *expander) reference(depth int) {
	braced := strings.HasPrefix(x.text[x.at:], "${")
	start := x.at + 1
	if braced {
		start++
	}
	name := x.text[start : start+nameLength(x.text[start:])]
	if name == "" {
		x.write("$") // $5, $(…), $$: not ours
		x.at++
		return
	}
	x.at = start + len(name)
	if braced {
		x.braced(name, depth)
		return
	}
	x.lookup(name, "$"+name)
}

// braced evaluates what follows the name in ${NAME.
func (x *expander) braced(name string, depth int) {
	rest := x.text[x.at:]
	switch {
	case strings.HasPrefix(rest, "}"):
		x.at++
		x.lookup(name, "${"+name+"}")
	case strings.HasPrefix(rest, ":-"):
		x.at += 2
		x.withDefault(name, depth+1, x.vars[name] != "")
	case strings.HasPrefix(rest, "-"):
		x.at++
		_, set := x.vars[name]
		x.withDefault(name, depth+1, set)
	case rest == "":
		x.problem = notClosed
	default:
		x.problem = notSupported
	}
}

// withDefault writes the variable if it is good, and the default that follows
// otherwise.
func (x *expander) withDefault(name string, depth int, good bool) {
	if depth > MaxNesting {
		x.problem = tooNested
		return
	}
	if good {
		x.write(x.vars[name])
	}
	outer := x.skip
	x.skip = outer || good
	x.word(depth, true)
	x.skip = outer
	if x.problem == nil && x.at >= len(x.text) {
		x.problem = notClosed
	}
	x.at++ // the closing }
}

// lookup writes the variable's value.
func (x *expander) lookup(name, written string) {
	value, set := x.vars[name]
	if !set && strings.ToUpper(name) != name {
		value = written
	}
	x.write(value)
}

func (x *expander) write(s string) {
	if x.skip || x.problem != nil {
		return
	}
	if x.out.Len()+len(s) > MaxValueSize {
		x.problem = valueTooLarge
		return
	}
	x.out.WriteString(s)
}

// nameLength is the length of the variable name that s starts with.
func nameLength(s string) int {
	for i := range len(s) {
		c := s[i]
		letter := c == '_' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return i
		}
	}
	return len(s)
}
