package lint

import (
	"strings"

	"coopcloud.tech/catalogue/internal/stack"
)

var duplicateKey = Rule{
	Code: "R128", Name: "duplicate-key",
	Severity: Error, Confidence: High, Docker: Refuses,
	What: "A key stands twice in one mapping.",
	Why: "Docker's YAML parser refuses the file. Other tools keep one of the two and drop the other without a word, " +
		"so a file that works for its author fails on the server.",
	Fix:   "Keep one of the two.",
	Bad:   app("    environment:\n      DEBUG: \"1\"\n    environment:\n      TZ: UTC\n"),
	Good:  app("    environment:\n      DEBUG: \"1\"\n      TZ: UTC\n"),
	Check: diagnosed("R128", dropSecond),
}

// dropSecond removes the second entry where both say the same.
func dropSecond(in *Input, _ *Variant, d stack.Diagnostic, f *Finding) {
	e, s, ok := in.at(d.Span, false)
	if !ok {
		return
	}
	first := step{s.parent, 0}
	for first.i < s.i && first.key().Value != s.key().Value {
		first.i += 2
	}
	f.Related = append(f.Related, Related{e.file.Span(first.key()), "first set here"})
	if e.text(first) == e.text(s) {
		f.Repairs = in.removeKey("Remove the second, which says the same", true, d.Span)
	}
}

// text is an entry as written.
func (e editor) text(s step) string {
	start, end := e.start(s.key()), e.end(s)
	if end < start {
		return ""
	}
	return strings.TrimSpace(e.data[start:end])
}
