package lint

import (
	"fmt"
	"strings"

	"coopcloud.tech/catalogue/internal/stack"
)

var undefinedVar = Rule{
	Code: "R142", Name: "undefined-var",
	Severity: Error, Confidence: High, Docker: Mangles,
	What: "A ${NAME} that nothing sets and .env.sample does not mention.",
	Why: "Docker replaces it by nothing, with a line of warning (moby/moby#29133: it reads no .env either): a host name, a tag or a label " +
		"is then cut short. Operators copy .env.sample; what is not in there, not even as a comment, is known to nobody.",
	Fix:   "Set it in .env.sample or abra.sh, commented out where it may stay empty, or give a default as in ${NAME:-default}.",
	Bad:   app("    environment:\n      SMTP_HOST: ${SMTP_HOST}\n").and(File{".env.sample", "DOMAIN=app.example.com\n"}),
	Good:  app("    environment:\n      SMTP_HOST: ${SMTP_HOST}\n").and(File{".env.sample", "DOMAIN=app.example.com\n# SMTP_HOST=mail.example.com\n"}),
	Check: diagnosed("R142", judgeUndefined),
}

func judgeUndefined(in *Input, _ *Variant, d stack.Diagnostic, f *Finding) {
	f.Fix = "" // the rule's
	if in.Recipe == nil {
		f.Severity = Warning // nobody knows what else the app's env holds
	}
	var names []string
	var lines strings.Builder
	seen := map[string]bool{}
	for _, x := range in.variablesAt(d.Span) {
		if _, set := in.Env.Vars[x.name]; set || x.hasDefault || in.offered[x.name] || seen[x.name] {
			continue
		}
		if len(names) == 0 {
			in.narrow(f, x.start, 1+len(x.name))
		}
		names, seen[x.name] = append(names, x.name), true
		lines.WriteString(sampleOf(x.name))
	}
	if len(names) > 0 {
		f.Message = fmt.Sprintf("nothing sets %s, and it becomes empty", strings.Join(names, " and "))
		f.Repairs = in.sampleLine(strings.Join(names, ", "), lines.String())
	}
}

// sampleOf is a line that leaves the variable to the operator; a secret needs a
// version.
func sampleOf(name string) string {
	if strings.HasPrefix(name, "SECRET_") && strings.HasSuffix(name, "_VERSION") {
		return name + "=v1\n"
	}
	if name != strings.ToUpper(name) { // in a comment, lower case is prose
		return name + "=\n"
	}
	return "#" + name + "=\n"
}

// sampleLine is the repair that adds lines to .env.sample.
func (in *Input) sampleLine(names, lines string) []Repair {
	if in.Recipe == nil || in.Recipe.EnvSample == nil || names == "" {
		return nil
	}
	data := in.Recipe.EnvSample.Bytes()
	if len(data) > 0 && data[len(data)-1] != '\n' {
		lines = "\n" + lines
	}
	return []Repair{{
		Title: "Add " + names + " to .env.sample",
		Edits: []Edit{{File: in.Recipe.EnvSample.Path, Start: len(data), End: len(data), Text: lines}},
	}}
}
