package report_test

import (
	"bytes"
	"strings"
	"testing"
	"testing/fstest"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/lint/report"
	"coopcloud.tech/catalogue/internal/recipe"
)

// Whatever a finding holds, every format writes a whole document, lets no control
// character through, and the line formats write one line for each finding.
func FuzzFormats(f *testing.F) {
	f.Add("message", "compose.yml", "image: x\n", 1, 1, 1, 9, 0, 5)
	f.Add("\x1b]0;x\x07\u202e\u2028\xff\n::error::", "a:b\n::error::", "\ufeffa\r\n名💚\n", 2, 1, 2, 3, 3, 9)
	f.Add("]]>&<!--\ufffe\u0000##[error]", "..\\a%,b", "\x00\x1b", -1, -5, 1<<40, -1, -3, 1<<40)
	f.Add("[x](1)", "", "", 0, 0, 0, 0, 5, 2)
	f.Fuzz(func(t *testing.T, text, file, data string, line, column, endLine, endColumn, start, end int) {
		finding := lint.Finding{
			Rule: "R009", Name: "app-service", Severity: lint.Warning, Message: text, Fix: text, Variants: []string{text}, Fingerprint: text,
			Span:    recipe.Span{File: file, Line: line, Column: column, EndLine: endLine, EndColumn: endColumn},
			Related: []lint.Related{{Span: recipe.Span{File: file, Line: column, Column: line}, Message: text}},
			Repairs: []lint.Repair{{Title: text, Edits: []lint.Edit{{File: file, Start: start, End: end, Text: text}, {File: file, Start: end, End: end, Text: text}}}},
		}
		r := report.Report{{
			Root: file, Shown: file, FS: fstest.MapFS{file: {Data: []byte(data)}}, Quality: &lint.Quality{Next: text},
			Result: lint.Result{
				Findings:   []lint.Finding{finding, finding},
				Suppressed: []lint.Suppressed{{Finding: finding, Reason: text}},
				Skipped:    []lint.Skipped{{Rule: "R014", Name: "annotated-tags", Reason: text}},
			},
		}}
		for _, format := range report.Formats() {
			out := write(t, format, r, report.Options{Version: text})
			wellFormed(t, format, out)
			if i := bytes.IndexAny(out, "\x00\x07\x1b\r\u202e\u2028\u009b"); i >= 0 {
				t.Errorf("%s lets %q through", format.Name, out[i:])
			}
			oneLineEach(t, format.Name, string(out))
		}
	})
}

func oneLineEach(t *testing.T, format, out string) {
	t.Helper()
	if format != "github" && format != "gcc" {
		return
	}
	if strings.Count(out, "\n") != 2 {
		t.Errorf("%s writes more than a line for a finding:\n%s", format, out)
	}
	if format == "github" && strings.Count(out, "\n::") != 1 {
		t.Errorf("github: a line is no command:\n%s", out)
	}
}
