package lint

import (
	"regexp"

	"coopcloud.tech/catalogue/internal/stack"
)

var scalarType = Rule{
	Code: "R120", Name: "scalar-type",
	Severity: Error, Confidence: High, Docker: Refuses,
	What: "A value has quotes and must not, or lacks quotes that it needs.",
	Why: "Docker's schema is strict about types: cpus: 0.5, an environment of DEBUG: true and an interval: 30 are fatal, and so are " +
		"replicas: \"2\" and read_only: \"true\". A date such as 2024-01-01 is none of its types anywhere (docker/cli 28 still took some). docker compose takes most of them, so they are found on the server.",
	Fix:   "Quote strings, and write numbers and booleans bare.",
	Bad:   app("    environment:\n      DEBUG: true\n"),
	Good:  app("    environment:\n      DEBUG: \"true\"\n"),
	Check: diagnosed("R120", requote),
}

// bare is what means the same to YAML with and without quotes around it, but for
// its type.
var bare = regexp.MustCompile(`^["'](-?[0-9]+(\.[0-9]+)?|true|false)["']$`)

func requote(in *Input, _ *Variant, d stack.Diagnostic, f *Finding) {
	if m := bare.FindStringSubmatch(in.text(d.Span)); m != nil {
		f.Repairs = in.rewrite("Remove the quotes", true, d.Span, m[1])
		return
	}
	f.Repairs = in.quote("Quote it", d.Span)
}
