package recipe

import (
	"fmt"
	"regexp"
	"strings"
)

var envKey = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.]*$`)

// Set gives key the literal value: it changes the last active assignment, or
// uncomments the first commented one, or appends; every other byte stays. Expand
// then gives exactly value. It fails, and changes nothing, where key is no name,
// value cannot stand in an env file, or a broken line would swallow the new one.
func (f *EnvFile) Set(key, value string) error {
	switch {
	case !envKey.MatchString(key):
		return fmt.Errorf("%s: %q is no variable name; expected letters, digits and _", f.Path, key)
	case len(value) > MaxValueSize:
		return fmt.Errorf("%s: the value of %s has %d bytes; at most %d are allowed", f.Path, key, len(value), MaxValueSize)
	case strings.ContainsRune(value, 0):
		return fmt.Errorf("%s: the value of %s holds a NUL, which no environment can", f.Path, key)
	}
	next := ParseEnv(f.Path, []byte(f.edited(key, value)))
	if got, ok := next.Get(key); !ok || got.Value != value {
		return fmt.Errorf("%s: cannot set %s: %s", f.Path, key, f.firstFault())
	}
	if len(next.text) > MaxFileSize {
		return fmt.Errorf("%s: cannot set %s: the file would be larger than %d bytes", f.Path, key, MaxFileSize)
	}
	*f = *next
	return nil
}

// firstFault says what has to be mended before the file can be edited.
func (f *EnvFile) firstFault() string {
	if len(f.Faults) == 0 {
		return "the file cannot hold this value"
	}
	return fmt.Sprintf("mend line %d first: %s", f.Faults[0].Span.Line, f.Faults[0].Message)
}

// edited is the file's text with key set.
func (f *EnvFile) edited(key, value string) string {
	a := f.target(key)
	if a == nil {
		return f.appended(key + "=" + quoteValue(value, 0))
	}
	written := quoteValue(value, a.Quote)
	if written == "" && a.Comment != "" {
		written = `""` // dotenv would read the comment as the value
	}
	return f.text[:a.hash] + f.text[a.bare:a.value] + written + f.text[a.end:]
}

// target is the assignment that Set changes, nil where there is none.
func (f *EnvFile) target(key string) *assignment {
	var commented *assignment
	for i := len(f.lines) - 1; i >= 0; i-- {
		a := &f.lines[i]
		if a.Key != key {
			continue
		}
		if !a.Commented {
			return a
		}
		commented = a
	}
	return commented
}

// appended is the file's text with one more line, ended as the file ends lines.
func (f *EnvFile) appended(line string) string {
	ending := "\n"
	if i := strings.IndexByte(f.text, '\n'); i > 0 && f.text[i-1] == '\r' {
		ending = "\r\n"
	}
	text := f.text
	switch {
	case text == "", text == bom, strings.HasSuffix(text, "\n"):
	case strings.HasSuffix(text, "\r"):
		text += "\n" // half of a line end: a second CR would be text behind the value
	default:
		text += ending
	}
	return text + line + ending
}
