package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/lint/report"
	"coopcloud.tech/catalogue/internal/recipe"
)

var update = flag.Bool("update", false, "rewrite the expectations in testdata")

// sample has two recipes: one with findings of every severity, with repairs, a
// suppression and a skipped rule, in lines whose bytes, runes and cells differ;
// one that is clean.
func sample() report.Report {
	files := fstest.MapFS{
		"compose.yml": {Data: []byte("\ufeffservices:\r\n  app:\r\n    labels: { 名: 0777, b: \"💚\", c: yes }\r\n")},
		"a b:c.yml":   {Data: []byte("x: [1,\n  2]\n")},
	}
	return report.Report{{
		Root: "recipes/a", Shown: "a", FS: files, Quality: &lint.Quality{Level: 4, Next: "no warning; open: X104"},
		Result: lint.Result{
			Findings: []lint.Finding{{
				Rule: "X009", Name: "app-service", Severity: lint.Error, Message: "no service is named app: [see](1) 100 %",
				Fix: "Rename it, or not.", Fingerprint: "f1", Span: recipe.Span{File: "a b:c.yml", Line: 1, Column: 4, EndLine: 2, EndColumn: 5},
			}, {
				Rule: "X104", Name: "docker-mangles", Severity: lint.Warning, Message: "0777 arrives as 511", Fix: "Quote the value.",
				Fingerprint: "f2", Span: recipe.Span{File: "compose.yml", Line: 3, Column: 18, EndLine: 3, EndColumn: 22},
				Variants: []string{"compose.yml", "compose.yml + compose.a.yml"},
				Related: []lint.Related{{
					Span: recipe.Span{File: "a b:c.yml", Line: 1, Column: 1, EndLine: 1, EndColumn: 2}, Message: "the anchor is [here](1)",
				}},
				Repairs: []lint.Repair{{
					Title: "Quote the value", Safe: true,
					Edits: []lint.Edit{{File: "compose.yml", Start: 45, End: 45, Text: `"`}, {File: "compose.yml", Start: 41, End: 41, Text: `"`}},
				}, {
					Title: "Remove the file", Edits: []lint.Edit{{File: "a b:c.yml", Start: 0, End: 11}},
				}, {
					Title: "Cannot be placed", Edits: []lint.Edit{{File: "compose.yml", Start: 1 << 20, End: 2 << 20}},
				}},
			}, {
				Rule: "X005", Name: "semver-tag", Severity: lint.Info, Message: "the tag moves", Fix: "Pin it.", Fingerprint: "f3",
				Span: recipe.Span{File: "missing.yml"},
			}},
			Suppressed: []lint.Suppressed{{
				Finding: lint.Finding{
					Rule: "X002", Name: "healthcheck", Severity: lint.Warning, Message: "no healthcheck", Fix: "Add one.", Fingerprint: "f4",
					Span: recipe.Span{File: "compose.yml", Line: 2, Column: 3, EndLine: 2, EndColumn: 6},
				},
				Reason: "a job", Where: recipe.Span{File: "compose.yml", Line: 1, Column: 1},
			}},
			Skipped: []lint.Skipped{{Rule: "X014", Name: "annotated-tags", Reason: "no git tags"}},
		},
	}, {
		Root: "recipes/b", Shown: "b", FS: files, Quality: &lint.Quality{Level: 9},
	}}
}

func write(t *testing.T, format report.Format, r report.Report, o report.Options) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := format.Write(&out, r, o); err != nil {
		t.Fatalf("%s: %v", format.Name, err)
	}
	return out.Bytes()
}

// Every format's output for the sample is in testdata/golden and was read by eye.
func TestGolden(t *testing.T) {
	for _, format := range report.Formats() {
		path := filepath.Join("testdata", "golden", format.Name)
		got := write(t, format, sample(), report.Options{Version: "1.2.3"})
		if json.Valid(got) {
			var indented bytes.Buffer
			if err := json.Indent(&indented, got, "", "  "); err != nil {
				t.Fatal(err)
			}
			got = indented.Bytes()
		}
		if *update {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s changed (%v); read it, then run with -update. Got:\n%s", format.Name, err, got)
		}
	}
}

// What is empty is still a whole document.
func TestNoFindings(t *testing.T) {
	for _, r := range []report.Report{{}, {{Root: ".", Shown: "."}}} {
		for _, format := range report.Formats() {
			wellFormed(t, format, write(t, format, r, report.Options{}))
		}
	}
}

// wellFormed reads the output as its readers do.
func wellFormed(t *testing.T, format report.Format, out []byte) {
	t.Helper()
	switch format.Name {
	case "json", "gitlab", "rdjson":
		if !json.Valid(out) {
			t.Errorf("%s is no JSON: %s", format.Name, out)
		}
	case "sarif":
		validSARIF(t, out)
	case "junit", "checkstyle":
		decoder := xml.NewDecoder(bytes.NewReader(out))
		for {
			if _, err := decoder.Token(); errors.Is(err, io.EOF) {
				return
			} else if err != nil {
				t.Fatalf("%s is no XML: %v\n%s", format.Name, err, out)
			}
		}
	}
}

// The official schema; testdata/README.md says where it is from.
func sarifSchema(tb testing.TB) *jsonschema.Schema {
	tb.Helper()
	schema, err := compiledSchema()
	if err != nil {
		tb.Fatal(err)
	}
	return schema
}

// compiledSchema is slow to make, and a fuzz target asks for it each time.
var compiledSchema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	return jsonschema.NewCompiler().Compile("testdata/sarif-schema-2.1.0.json")
})

func validSARIF(t *testing.T, out []byte) {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(out))
	if err != nil {
		t.Fatalf("sarif is no JSON: %v", err)
	}
	if err := sarifSchema(t).Validate(doc); err != nil {
		t.Errorf("sarif: %v\n%s", err, out)
	}
}

func TestSARIFSchema(t *testing.T) {
	validSARIF(t, write(t, find(t, "sarif"), sample(), report.Options{Version: "1.2.3"}))
	validSARIF(t, write(t, find(t, "sarif"), hostile(), report.Options{}))
	// A schema that took everything would prove nothing.
	if err := sarifSchema(t).Validate(map[string]any{"version": "2.1.0", "runs": []any{map[string]any{}}}); err == nil {
		t.Error("the schema takes a run without a tool")
	}
}

// Every rule's descriptor is valid, whichever rules find something.
func TestSARIFRules(t *testing.T) {
	var result lint.Result
	for _, rule := range lint.Rules() {
		if rule.Check != nil {
			result.Findings = append(result.Findings, lint.Finding{Rule: rule.Code, Name: rule.Name, Severity: lint.Error})
		}
	}
	validSARIF(t, write(t, find(t, "sarif"), report.Report{{Root: ".", Result: result}}, report.Options{}))
}

func find(t *testing.T, name string) report.Format {
	t.Helper()
	format, err := report.FindFormat(name)
	if err != nil {
		t.Fatal(err)
	}
	return format
}

// JUnit's failures are what the exit code counts.
func TestJUnitFailures(t *testing.T) {
	for level, want := range map[lint.Severity]int{"": 1, lint.Error: 1, lint.Warning: 2, lint.Info: 3, "never": 0} {
		out := write(t, find(t, "junit"), sample(), report.Options{FailLevel: level})
		if got := strings.Count(string(out), "<failure "); got != want {
			t.Errorf("fail level %q: %d failures, want %d", level, got, want)
		}
	}
}

// A CI runner takes orders from anywhere in a line of output.
func TestRunnerOrders(t *testing.T) {
	const order = "##vso[task.setvariable variable=x]y ##[error]z ##teamcity[x]"
	r := report.Report{{
		Root: order, Shown: order, FS: fstest.MapFS{order: {Data: []byte("# " + order + "\n")}},
		Result: lint.Result{Findings: []lint.Finding{{
			Rule: "R009", Severity: lint.Error, Message: order, Fix: order, Variants: []string{order},
			Span:    recipe.Span{File: order, Line: 1, Column: 1, EndLine: 1, EndColumn: 2},
			Repairs: []lint.Repair{{Title: order, Safe: true, Edits: []lint.Edit{{File: order, Text: order}}}},
		}}},
	}}
	for _, format := range report.Formats() {
		out := string(write(t, format, r, report.Options{}))
		for _, start := range []string{"##vso[", "##[", "##teamcity["} {
			if strings.Contains(out, start) {
				t.Errorf("%s lets %s through:\n%s", format.Name, start, out)
			}
		}
	}
}
