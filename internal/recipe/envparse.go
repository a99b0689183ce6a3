package recipe

import (
	"fmt"
	"regexp"
	"strings"
)

// The grammar is that of the dotenv files abra reads: KEY=value, an optional
// `export`, blanks around `=`, values that may be quoted and may then span lines,
// and comments after a blank and `#`.
var (
	activeLine = regexp.MustCompile(`^(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.]*)[ \t]*=`)

	// commentedLine is stricter, so that prose with a `=` in it stays prose.
	commentedLine = regexp.MustCompile(`^(#+[ \t]*)(?:export[ \t]+)?([A-Z_][A-Z0-9_]*)=`)

	afterQuote = regexp.MustCompile(`^[ \t]*(?:#.*)?$`)
)

const blanks = " \t\v\f\r"

// ParseEnv reads an env file; it never fails: a line that is no assignment
// becomes a Fault.
func ParseEnv(path string, data []byte) *EnvFile {
	f := &EnvFile{Path: path, text: string(data)}
	p := envParser{file: f, src: newSource(path, f.text)}
	for at := p.src.marks[0].offset; at < len(f.text); {
		if len(f.lines) == maxEnvLines {
			p.fault(CodeEnvTooLarge, at, lineEnd(f.text, at), fmt.Sprintf(
				"more than %d assignments; this line and those after it are not read", maxEnvLines))
			break
		}
		at = p.line(at)
	}
	return f
}

type envParser struct {
	file *EnvFile
	src  *source
}

// line reads the line at start, and the lines that its quoted value spans. It
// returns where the next one starts.
func (p *envParser) line(start int) int {
	end := lineEnd(p.file.text, start)
	trimmed := strings.TrimLeft(p.file.text[start:end], blanks)
	first := end - len(trimmed)
	switch {
	case trimmed == "":
	case trimmed[0] == '#':
		p.commented(first, end)
	default:
		end = p.active(first, end)
	}
	return nextLine(p.file.text, end)
}

// commented reads `#KEY=value`. What does not parse is prose.
func (p *envParser) commented(first, end int) {
	m := commentedLine.FindStringSubmatchIndex(p.file.text[first:end])
	if m == nil {
		return
	}
	a := assignment{hash: first, bare: first + m[3], key: first + m[4]}
	a.Key, a.Commented = p.file.text[first+m[4]:first+m[5]], true
	// A value cannot span lines here: each would need its own `#`.
	if _, ok := p.value(&a, first+m[1], p.file.text[:end]); ok {
		p.add(a)
	}
}

// active reads KEY=value and returns the end of its last line.
func (p *envParser) active(first, end int) int {
	m := activeLine.FindStringSubmatchIndex(p.file.text[first:end])
	if m == nil {
		p.fault(CodeEnvSyntax, first, end, "this line is no assignment; expected KEY=value, or # before a comment")
		return end
	}
	a := assignment{hash: first + m[2], bare: first + m[2], key: first + m[2]}
	a.Key = p.file.text[first+m[2] : first+m[3]]
	last, ok := p.value(&a, first+m[1], p.file.text)
	if !ok {
		p.fault(CodeEnvSyntax, first, end, "the quoted value of "+a.Key+" does not end, or text follows its closing quote; "+
			"expected the quote, then nothing or a # comment")
		return end
	}
	p.add(a)
	return last
}

// value reads the value that follows the `=` before at, and the comment after
// it. It returns the end of the value's last line.
func (p *envParser) value(a *assignment, at int, text string) (last int, ok bool) {
	a.value = at + leading(text[at:lineEnd(text, at)])
	if a.value < len(text) && (text[a.value] == '"' || text[a.value] == '\'') {
		return quotedValue(a, text)
	}
	last = lineEnd(text, at)
	comment := commentStart(text, at, last)
	a.end = at + len(strings.TrimRight(text[at:comment], blanks))
	if a.end <= a.value {
		a.value, a.end = at, at // nothing but blanks: a new value goes right after `=`
	}
	a.Value = unescape(text[a.value:a.end], 0)
	a.Comment = commentText(text[comment:last])
	return last, true
}

// quotedValue reads the quoted value at a.value.
func quotedValue(a *assignment, text string) (last int, ok bool) {
	a.Quote = text[a.value]
	a.end = closingQuote(text, a.value) + 1
	if a.end == 0 {
		return 0, false
	}
	last = lineEnd(text, a.end)
	if !afterQuote.MatchString(text[a.end:last]) {
		return 0, false
	}
	a.Value = unescape(text[a.value+1:a.end-1], a.Quote)
	a.Comment = commentText(text[a.end:last])
	return last, true
}

// closingQuote returns where the quote at start is closed, or -1. A backslash
// keeps a quote from closing, in single quotes too: dotenv differs from the shell.
func closingQuote(text string, start int) int {
	quote := text[start]
	for i := start + 1; i < len(text); i++ {
		switch {
		case text[i] == quote:
			return i
		case text[i] == '\\' && i+1 < len(text) && (quote == '"' || text[i+1] == quote):
			i++
		}
	}
	return -1
}

// commentStart returns where the comment of an unquoted value starts: a `#`
// after a blank. A `#` right after `=` belongs to the value.
func commentStart(text string, at, end int) int {
	for i := at + 1; i < end; i++ {
		if text[i] == '#' && strings.IndexByte(blanks, text[i-1]) >= 0 {
			return i
		}
	}
	return end
}

func (p *envParser) add(a assignment) {
	a.Modifiers = modifiers(a.Comment)
	a.Span = p.src.span(a.key, a.end)
	a.ValueSpan = p.src.span(a.value, a.end)
	p.file.lines = append(p.file.lines, a)
}

func (p *envParser) fault(code string, start, end int, message string) {
	p.file.Faults = addFault(p.file.Faults, Fault{code, p.src.span(start, end), message})
}

// commentText strips the blanks and the `#` off a comment.
func commentText(s string) string {
	return strings.Trim(strings.TrimPrefix(strings.Trim(s, blanks), "#"), blanks)
}

// leading is the length of the blanks that s starts with.
func leading(s string) int { return len(s) - len(strings.TrimLeft(s, blanks)) }

// nextLine is the offset after the line break that follows end.
func nextLine(text string, end int) int {
	if i := strings.IndexByte(text[end:], '\n'); i >= 0 {
		return end + i + 1
	}
	return len(text)
}
