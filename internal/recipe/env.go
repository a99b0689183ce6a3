package recipe

import (
	"regexp"
	"strings"
)

// EnvFile is a .env.sample or an app's .env: every byte is kept. The zero value
// is an empty file.
type EnvFile struct {
	Path   string
	Faults []Fault
	text   string
	lines  []assignment // active and commented, in file order
}

// EnvVar is one assignment of an env file.
type EnvVar struct {
	Key       string
	Value     string            // unquoted, escapes resolved, not yet expanded: see Expand
	Quote     byte              // 0, '\'' or '"'; single quotes are not expanded
	Comment   string            // text after ` #`
	Modifiers map[string]string // length=, charset=, generate= … of the comment; nil where there are none
	Commented bool              // the line is `#KEY=value`
	Span      Span              // KEY=value
	ValueSpan Span              // the value with its quotes; empty where the value is
}

// assignment is an EnvVar and the bytes that it was read from.
type assignment struct {
	EnvVar
	hash, bare int // text[hash:bare] is what comments the line out: "# "
	key        int
	value, end int // text[value:end] is the value with its quotes
}

// modifier is one key=value word of a comment.
var modifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*=`)

// Vars returns the assignments in file order, repeated keys included.
func (f *EnvFile) Vars() []EnvVar { return f.pick(false) }

// Commented returns the assignments that are commented out, in file order.
func (f *EnvFile) Commented() []EnvVar { return f.pick(true) }

func (f *EnvFile) pick(commented bool) []EnvVar {
	var vars []EnvVar
	for _, a := range f.lines {
		if a.Commented == commented {
			vars = append(vars, a.EnvVar)
		}
	}
	return vars
}

// Get returns the last assignment of key, the one that counts.
func (f *EnvFile) Get(key string) (EnvVar, bool) {
	for i := len(f.lines) - 1; i >= 0; i-- {
		if a := f.lines[i]; a.Key == key && !a.Commented {
			return a.EnvVar, true
		}
	}
	return EnvVar{}, false
}

// Bytes returns the file as it is to be written.
func (f *EnvFile) Bytes() []byte { return []byte(f.text) }

// modifiers reads the key=value words of a comment, such as
// "length=128 charset=hex generate=false".
func modifiers(comment string) map[string]string {
	var found map[string]string
	for word := range strings.FieldsSeq(comment) {
		if !modifier.MatchString(word) {
			continue
		}
		if found == nil {
			found = map[string]string{}
		}
		key, value, _ := strings.Cut(word, "=")
		found[key] = value
	}
	return found
}
