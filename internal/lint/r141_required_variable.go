package lint

import "coopcloud.tech/catalogue/internal/stack"

var requiredVariable = Rule{
	Code: "R141", Name: "required-variable",
	Severity: Error, Confidence: High, Docker: Refuses,
	What: "A ${NAME:?…} has no value, and .env.sample does not ask for one.",
	Why: "Docker refuses the whole stack, with the message behind the question mark. An operator's env is a copy of .env.sample: " +
		"what is not in there, not even as a comment, is asked of nobody. It is half of all refusals in a corpus of 1,020 public stacks.",
	Fix:   "Add the variable to .env.sample, with a value or without one.",
	Bad:   app("    environment:\n      SMTP_HOST: ${SMTP_HOST:?the mail server}\n").and(File{".env.sample", "DOMAIN=app.example.com\n"}),
	Good:  app("    environment:\n      SMTP_HOST: ${SMTP_HOST:?the mail server}\n").and(File{".env.sample", "DOMAIN=app.example.com\nSMTP_HOST=\n"}),
	Check: diagnosed("R141", askFor),
}

func askFor(in *Input, _ *Variant, d stack.Diagnostic, f *Finding) {
	m := required.FindStringSubmatchIndex(in.text(d.Span))
	if m == nil {
		return
	}
	name := in.text(d.Span)[m[2]:m[3]]
	f.Repairs = in.sampleLine(name, name+"=\n")
	for _, x := range in.variablesAt(d.Span) {
		if x.name == name {
			in.narrow(f, x.start, m[3]-m[0])
			return
		}
	}
}
