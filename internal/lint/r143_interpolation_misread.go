package lint

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

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
	if !ok || nested.MatchString(text) || e.plainInFlow(e.file.Root, d.Span, false) {
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

// plainInFlow reports whether the scalar at the span, below n, has no quotes and
// lies in a [flow]: there a brace would end it.
func (e editor) plainInFlow(n *yaml.Node, span recipe.Span, flow bool) bool {
	if n.Kind == yaml.ScalarNode {
		return flow && n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0 && e.startsAt(n, span)
	}
	flow = flow || n.Style&yaml.FlowStyle != 0
	return n.Kind != yaml.AliasNode && n.Line <= span.Line && slices.ContainsFunc(n.Content, func(child *yaml.Node) bool {
		return e.plainInFlow(child, span, flow)
	})
}
