package lint

import (
	"regexp"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

var interpolationMisread = Rule{
	Code: "R143", Name: "interpolation-misread",
	Severity: Error, Confidence: High, Docker: Mangles,
	What: "Docker reads a ${…} in another way than it is meant.",
	Why: "Docker does not nest: ${A:-${B:-c}} yields the literal ${B:-c with a brace lost or left over, and in $A-b it takes -b for a default. " +
		"docker compose and catalogue app deploy read both as meant, so only some operators get the broken value.",
	Fix:   "Write one level of defaults, with braces; set the inner one in .env.sample.",
	Bad:   app("    environment:\n      HOST: ${SMTP_HOST:-${DOMAIN:-localhost}}\n").and(File{".env.sample", "#SMTP_HOST=\nDOMAIN=app.example.com\n"}),
	Good:  app("    environment:\n      HOST: ${SMTP_HOST:-localhost}\n").and(File{".env.sample", "#SMTP_HOST=\nDOMAIN=app.example.com\n"}),
	Check: diagnosed("R143", braceVariables),
}

var nested = regexp.MustCompile(`\$\{[^}]*\$`)

// braceVariables writes ${A}-b for $A-b. What $A:-b means its author knows, and
// which default of several.
func braceVariables(in *Input, _ *Variant, d stack.Diagnostic, f *Finding) {
	e, ok := in.edit(d.Span.File)
	text := in.text(d.Span)
	if !ok || nested.MatchString(text) || e.plainInFlow(d.Span) {
		return
	}
	repair := Repair{Safe: true}
	for _, variable := range in.variablesAt(d.Span) {
		end := variable.start + len("$"+variable.name)
		switch rest := e.data[min(end, len(e.data)):]; {
		case variable.braced:
		case strings.HasPrefix(rest, ":-"), strings.HasPrefix(rest, ":?"):
			return
		case strings.HasPrefix(rest, "-"), strings.HasPrefix(rest, "?"):
			repair.Title = "Write ${" + variable.name + "}"
			repair.Edits = append(repair.Edits, e.replace(variable.start, end, "${"+variable.name+"}"))
		}
	}
	if len(repair.Edits) > 0 {
		f.Repairs = []Repair{repair}
	}
}

// followsInFlow is what stands behind an item of a [flow], and nowhere else.
var followsInFlow = regexp.MustCompile(`^(\s|#.*)*[,\]}]`)

// plainInFlow reports whether the value at the span has no quotes and lies in a
// [flow], where a brace would end it.
func (e editor) plainInFlow(span recipe.Span) bool {
	start, end := e.place(span)
	return !strings.ContainsAny(e.data[start:min(start+1, end)], `"'`) && followsInFlow.MatchString(e.data[end:])
}
