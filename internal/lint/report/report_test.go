package report_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/lint/report"
	"coopcloud.tech/catalogue/internal/recipe"
)

// hostile is a finding in which every text comes from a stranger.
func hostile() report.Report {
	const text = "\x1b]0;owned\x07 \u202e \u009b31m \u2028 \xff\n::error::"
	return report.Report{{
		Root: ".", Shown: "a" + text,
		FS: fstest.MapFS{"compose.yml": {Data: []byte("\x1b[2J\u202e\u009bimage: x\n")}},
		Result: lint.Result{
			Findings: []lint.Finding{{
				Rule: "R009", Name: "app-service", Severity: lint.Error, Message: text, Fix: text,
				Span: recipe.Span{File: "compose.yml", Line: 1, Column: 1, EndLine: 1, EndColumn: 9}, Variants: []string{text},
			}, {
				Rule: "R009", Name: "app-service", Severity: lint.Error, Message: text, Fix: text,
				Span: recipe.Span{File: text, Line: 1, Column: 1}, Variants: []string{text, text, text, text, text},
			}},
			Skipped: []lint.Skipped{{Rule: "R010", Name: "traefik-enabled", Reason: text}},
		},
	}}
}

func TestFormatsEscape(t *testing.T) {
	for _, format := range report.Formats() {
		var out bytes.Buffer
		if err := format.Write(&out, hostile(), report.Options{}); err != nil {
			t.Fatal(err)
		}
		if i := strings.IndexAny(out.String(), "\x1b\x07\u202e\u009b\u2028"); i >= 0 {
			t.Errorf("%s lets %q through", format.Name, out.String()[i:min(i+8, out.Len())])
		}
		if strings.Contains(out.String(), "\n::error::") {
			t.Errorf("%s lets a line break through", format.Name)
		}
	}
}

// What JSON escapes, a reader gets back as it was.
func TestJSONKeepsText(t *testing.T) {
	const text = "a \u202e \x1b \u2028 \u009b <b> & \U0001f49a"
	r := report.Report{{Root: ".", Result: lint.Result{Findings: []lint.Finding{{Severity: lint.Info, Message: text}}}}}
	var out bytes.Buffer
	if err := report.JSON(&out, r, report.Options{}); err != nil {
		t.Fatal(err)
	}
	var doc struct{ Findings []struct{ Message string } }
	if err := json.Unmarshal(out.Bytes(), &doc); err != nil || doc.Findings[0].Message != text {
		t.Errorf("got %v, %v; want %q", doc, err, text)
	}
}

func TestColour(t *testing.T) {
	var out bytes.Buffer
	if err := report.Text(&out, hostile(), report.Options{Colour: true}); err != nil {
		t.Fatal(err)
	}
	for _, part := range strings.Split(out.String(), "\x1b")[1:] {
		if !strings.HasPrefix(part, "[1;31m") && !strings.HasPrefix(part, "[0m") {
			t.Errorf("an escape sequence that is not ours: %q", part[:min(8, len(part))])
		}
	}
}
