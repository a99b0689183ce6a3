package recipe

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// AbraSh is what abra.sh declares; it is parsed, never executed.
type AbraSh struct {
	Path      string
	Exports   []Export
	Functions []Function
	Faults    []Fault
}

// Export is `export NAME=value` at the top level, with a value that is known
// without executing anything.
type Export struct {
	Name, Value string
	Span        Span // NAME=value
}

// Function is a shell function that `app cmd` can call.
type Function struct {
	Name string
	Span Span // from the name to the closing brace
}

// ParseAbraSh reads abra.sh; it never fails: what is broken becomes a Fault, and
// exports are then looked for line by line.
func ParseAbraSh(path string, data []byte) *AbraSh {
	a := &AbraSh{Path: path}
	r := shellReader{out: a, src: newSource(path, string(data))}
	if len(data) > maxShellSize {
		r.fault(CodeShellTooLarge, Span{File: path}, fmt.Sprintf(
			"%d bytes are too many to parse; expected at most %d; only lines with export are read", len(data), maxShellSize))
		r.lines()
		return a
	}
	if at := strings.IndexByte(r.src.text, 0); at >= 0 {
		// Shells drop it, so that names and values are not what is read here.
		r.fault(CodeShellSyntax, r.src.span(at, at+1), "a NUL byte is no text; only lines with export are read")
		r.lines()
		return a
	}
	script, err := parseShell(r.src.text[r.src.marks[0].offset:])
	if err != nil {
		r.syntaxFault(err)
		r.lines()
		return a
	}
	for _, stmt := range script.Stmts {
		r.statement(stmt)
	}
	return a
}

func parseShell(text string) (script *syntax.File, err error) {
	panicked := guard(func() {
		script, err = syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(text), "")
	})
	return script, errors.Join(panicked, err)
}

type shellReader struct {
	out *AbraSh
	src *source
}

func (r *shellReader) statement(stmt *syntax.Stmt) {
	switch cmd := stmt.Cmd.(type) {
	case *syntax.FuncDecl:
		if cmd.Name != nil {
			r.out.Functions = append(r.out.Functions, Function{cmd.Name.Value, r.span(cmd)})
		}
	case *syntax.DeclClause:
		if cmd.Variant.Value == "export" {
			r.export(cmd.Args)
		}
	}
}

func (r *shellReader) export(args []*syntax.Assign) {
	for _, arg := range args {
		if arg.Naked {
			continue // an option such as -n, or export of a name set elsewhere
		}
		value, ok := "", !arg.Append && arg.Index == nil && arg.Array == nil
		if ok && arg.Value != nil {
			value, ok = literal(arg.Value)
		}
		r.add(arg.Name.Value, value, ok, r.span(arg))
	}
}

// add keeps an export whose value is known.
func (r *shellReader) add(name, value string, known bool, span Span) {
	if !known {
		r.fault(CodeDynamicExport, span, fmt.Sprintf(
			"the value of %s is known only by executing abra.sh, which is never done; expected plain text such as v1", name))
		return
	}
	r.out.Exports = append(r.out.Exports, Export{name, value, span})
}

// span converts the parser's byte offsets; it was given the text behind the byte
// order mark.
func (r *shellReader) span(n syntax.Node) Span {
	base := r.src.marks[0].offset
	return r.src.span(base+int(n.Pos().Offset()), base+int(n.End().Offset()))
}

func (r *shellReader) fault(code string, span Span, message string) {
	r.out.Faults = addFault(r.out.Faults, Fault{code, span, message})
}

func (r *shellReader) syntaxFault(err error) {
	span, message := Span{File: r.out.Path}, err.Error()
	var parse syntax.ParseError
	if errors.As(err, &parse) {
		at := r.src.marks[0].offset + int(parse.Pos.Offset())
		span, message = r.src.span(at, at), parse.Text
	}
	r.fault(CodeShellSyntax, span, "not valid shell: "+oneLine(message)+"; only lines with export are read")
}

var exportLine = regexp.MustCompile(`(?m)^export[ \t]+(\w+)=("[^"\n]*"|'[^'\n]*'|[^\s;]*)`)

// lines reads `export NAME=value` lines, as abra does.
func (r *shellReader) lines() {
	for _, m := range exportLine.FindAllStringSubmatchIndex(r.src.text, -1) {
		value := r.src.text[m[4]:m[5]]
		if quoted := len(value) > 1 && (value[0] == '"' || value[0] == '\''); quoted {
			value = value[1 : len(value)-1]
		}
		known := !strings.ContainsAny(value, "$`\\\"'()&|<>\x00")
		r.add(r.src.text[m[2]:m[3]], value, known, r.src.span(m[2], m[5]))
	}
}

// literal is the text of a word that holds no expansion.
func literal(word *syntax.Word) (string, bool) {
	var out strings.Builder
	for _, part := range word.Parts {
		switch part := part.(type) {
		case *syntax.Lit:
			out.WriteString(unescapeShell(part.Value, ""))
		case *syntax.SglQuoted:
			if part.Dollar {
				return "", false
			}
			out.WriteString(part.Value)
		case *syntax.DblQuoted:
			if part.Dollar || !doubleQuotedLiteral(&out, part) {
				return "", false
			}
		default:
			return "", false
		}
	}
	return out.String(), true
}

func doubleQuotedLiteral(out *strings.Builder, quoted *syntax.DblQuoted) bool {
	for _, part := range quoted.Parts {
		lit, ok := part.(*syntax.Lit)
		if !ok {
			return false
		}
		out.WriteString(unescapeShell(lit.Value, "$`\"\\\n"))
	}
	return true
}

// unescapeShell drops the backslashes that quote a character: those of special,
// or any where special is empty. An escaped line break is no text at all.
func unescapeShell(s, special string) string {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && (special == "" || strings.IndexByte(special, s[i+1]) >= 0) {
			if i++; s[i] == '\n' {
				continue
			}
		}
		out.WriteByte(s[i])
	}
	return out.String()
}
