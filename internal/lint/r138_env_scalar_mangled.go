package lint

import "coopcloud.tech/catalogue/internal/stack"

var envScalarMangled = Rule{
	Code: "R138", Name: "env-scalar-mangled",
	Severity: Warning, Confidence: High, Docker: Mangles,
	What: "YAML reads an unquoted value as another one.",
	Why: "Where the app wants text, Docker gives it what YAML makes of the value: 0777 arrives as 511, 1.10 as 1.1, 1e3 as 1000. " +
		"Nothing warns, and the app gets a value that stands in no file.",
	Fix:   "Quote the value.",
	Bad:   app("    environment:\n      UMASK: 0777\n"),
	Good:  app("    environment:\n      UMASK: \"0777\"\n"),
	Check: diagnosed("R138", quoteScalar),
}

func quoteScalar(in *Input, _ *Variant, d stack.Diagnostic, f *Finding) {
	f.Repairs = in.quote("Quote it", d.Span)
}
