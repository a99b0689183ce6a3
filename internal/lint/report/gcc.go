package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"coopcloud.tech/catalogue/internal/lint"
)

// GCC writes "path:line:column: severity: message [CODE]", which editors and most
// CI systems read. Paths are those that the user named.
func GCC(w io.Writer, r Report, _ Options) error {
	out := bufio.NewWriter(w)
	for _, recipe := range r {
		for _, f := range recipe.Result.Findings {
			span := place(f)
			// A colon in a name would end the name.
			path := strings.ReplaceAll(Printable(recipe.shownPath(f)), ":", `\u003a`)
			fmt.Fprintf(out, "%s:%d:%d: %s: %s [%s]\n", path, span.Line, span.Column, gccSeverity(f.Severity), message(f), f.Rule)
		}
	}
	return out.Flush()
}

func gccSeverity(s lint.Severity) string {
	if s == lint.Info {
		return "note"
	}
	return string(s)
}
