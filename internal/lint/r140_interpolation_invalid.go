package lint

import (
	"regexp"

	"coopcloud.tech/catalogue/internal/stack"
)

var interpolationInvalid = Rule{
	Code: "R140", Name: "interpolation-invalid",
	Severity: Error, Confidence: High, Docker: Refuses,
	What: "A dollar sign begins no ${…} that Docker can read.",
	Why: "Docker knows $X, ${X}, ${X:-default}, ${X-default}, ${X:?error} and ${X?error}, nothing else: ${X:+other}, a regular expression " +
		"that ends in $, or a password hash such as $2y$05$… stop the deploy with \"invalid interpolation format\".",
	Fix:   "Write $$ for a dollar sign that the container shall see, and only the forms that Docker knows.",
	Bad:   app("    deploy:\n      labels:\n        - traefik.http.middlewares.in.redirectregex.regex=^/old$\n"),
	Good:  app("    deploy:\n      labels:\n        - traefik.http.middlewares.in.redirectregex.regex=^/old$$\n"),
	Check: diagnosed("R140", escapeInvalid),
}

// readable is every $ that Docker can read; what it leaves is at fault.
var readable = regexp.MustCompile(`\$\$|\$\{?(?i:[_a-z][_a-z0-9]*(?::?[-?][^}]*)?)|\$`)

// closed is a ${…} that Docker can read up to its brace.
var closed = regexp.MustCompile(`^\$\{(?i:[_a-z][_a-z0-9]*)(?::?[-?][^}]*)?\}`)

// escapeInvalid doubles the dollar signs that Docker cannot read. The finding is
// shown at the first of them.
func escapeInvalid(in *Input, _ *Variant, d stack.Diagnostic, f *Finding) {
	if edits := in.invalidDollars(d); len(edits) > 0 {
		f.Repairs = []Repair{{Title: "Write $$ for the dollar sign", Edits: edits}}
		in.narrow(f, edits[0].Start, 1)
	}
}

func (in *Input) invalidDollars(d stack.Diagnostic) []Edit {
	e, ok := in.edit(d.Span.File)
	if !ok || d.Span.Line == 0 || d.Code == stack.CodeUnsetVariable {
		return nil
	}
	var edits []Edit
	start, end := e.place(d.Span)
	for _, m := range readable.FindAllStringIndex(e.data[start:max(start, end)], -1) {
		text := e.data[start+m[0] : end]
		if text[:m[1]-m[0]] == "$" || len(text) > 1 && text[1] == '{' && !closed.MatchString(text) {
			edits = append(edits, e.replace(start+m[0], start+m[0], "$"))
		}
	}
	return edits
}
