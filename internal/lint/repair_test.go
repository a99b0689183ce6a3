package lint_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/rogpeppe/go-internal/txtar"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/recipe"
)

// Every repair of every fixture is tried alone: the files still parse, the
// finding is gone and nothing is worse. What it changes is in testdata/repairs.
func TestRepairs(t *testing.T) {
	fixtures, err := filepath.Glob("testdata/r*.txtar")
	if err != nil || len(fixtures) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	for _, path := range fixtures {
		t.Run(filepath.Base(path), func(t *testing.T) {
			files := fixtureFiles(t, path)
			rules := rulesFor(path)
			before := lint.Run(inputOf(t, files))
			var changes strings.Builder
			for _, f := range lint.Apply(inputOf(t, files), rules).Findings {
				for _, repair := range f.Repairs {
					changes.WriteString(tryRepair(t, files, before, f, repair))
				}
			}
			compareRepairs(t, path, changes.String())
		})
	}
}

// Bad examples promise the same.
func TestExampleRepairs(t *testing.T) {
	for _, rule := range lint.Rules() {
		before := lint.Run(inputOf(t, rule.Bad))
		for _, f := range before.Findings {
			for _, repair := range f.Repairs {
				tryRepair(t, rule.Bad, before, f, repair)
			}
		}
	}
}

func fixtureFiles(t *testing.T, path string) lint.Example {
	t.Helper()
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var files lint.Example
	for _, file := range archive.Files[:len(archive.Files)-1] {
		files = append(files, lint.File{Name: file.Name, Text: string(file.Data)})
	}
	return files
}

// tryRepair makes one repair and returns what it changes.
func tryRepair(t *testing.T, files lint.Example, before lint.Result, f lint.Finding, repair lint.Repair) string {
	t.Helper()
	where := fmt.Sprintf("%s:%d %s: %s", f.Span.File, f.Span.Line, f.Rule, repair.Title)
	repaired := slices.Clone(files)
	for i, file := range repaired {
		repaired[i].Text = edited(t, file, repair.Edits)
	}
	after := lint.Run(inputOf(t, repaired))
	if same(after, f) >= same(before, f) {
		t.Errorf("%s: the finding stays", where)
	}
	for _, severity := range lint.Severities() {
		if atLeast(after, severity) > atLeast(before, severity) {
			t.Errorf("%s: more findings of at least %s:\n%s", where, severity, describe(after))
		}
	}
	safety := "unsafe"
	if repair.Safe {
		safety = "safe"
	}
	var changes strings.Builder
	fmt.Fprintf(&changes, "%s (%s)\n", where, safety)
	for i, file := range repaired {
		patch := diff.Diff("a", []byte(files[i].Text), "b", []byte(file.Text))
		for _, line := range strings.Split(string(patch), "\n") {
			if strings.HasPrefix(line, "@") || strings.HasPrefix(line, "-") && !strings.HasPrefix(line, "---") || strings.HasPrefix(line, "+") && !strings.HasPrefix(line, "+++") {
				changes.WriteString(line + "\n")
			}
		}
	}
	return changes.String()
}

func edited(t *testing.T, file lint.File, edits []lint.Edit) string {
	t.Helper()
	edits = slices.DeleteFunc(slices.Clone(edits), func(e lint.Edit) bool { return e.File != file.Name })
	slices.SortFunc(edits, func(a, b lint.Edit) int { return a.Start - b.Start })
	var out bytes.Buffer
	at := 0
	for _, e := range edits {
		if e.Start < at || e.End < e.Start || e.End > len(file.Text) {
			t.Fatalf("%s: bad edit %+v behind byte %d", file.Name, e, at)
		}
		out.WriteString(file.Text[at:e.Start] + e.Text)
		at = e.End
	}
	return out.String() + file.Text[at:]
}

// same counts the findings of the same kind.
func same(r lint.Result, f lint.Finding) int {
	n := 0
	for _, other := range r.Findings {
		if other.Rule == f.Rule && other.Span.File == f.Span.File {
			n++
		}
	}
	return n
}

func atLeast(r lint.Result, limit lint.Severity) int {
	n := 0
	for _, f := range r.Findings {
		if f.Severity.AtLeast(limit) {
			n++
		}
	}
	return n
}

func compareRepairs(t *testing.T, fixture, got string) {
	t.Helper()
	golden := filepath.Join("testdata", "repairs", strings.TrimSuffix(filepath.Base(fixture), ".txtar")+".golden")
	if *update {
		if err := writeGolden(golden, got); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: the repairs changed; read them, then run with -update. Got:\n%s", golden, got)
	}
}

func writeGolden(path, text string) error {
	if text == "" {
		if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
			return err
		}
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o644)
}

// Whatever the files say: an edit lies inside of its file and overlaps no other,
// and a safe repair leaves a file that can be parsed.
func FuzzRepairs(f *testing.F) {
	fixtures, err := filepath.Glob("testdata/r1*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range fixtures {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			f.Fatal(err)
		}
		text := map[string]string{}
		for _, file := range archive.Files {
			text[file.Name] = string(file.Data)
		}
		f.Add(text["compose.yml"], text["compose.a.yml"], text[".env.sample"])
		f.Add(strings.ReplaceAll(text["compose.yml"], "\n", "\r\n"), "\ufeff"+text["compose.a.yml"], text[".env.sample"])
	}
	f.Fuzz(func(t *testing.T, base, overlay, env string) {
		files := lint.Example{{Name: "compose.yml", Text: base}, {Name: "compose.a.yml", Text: overlay}, {Name: ".env.sample", Text: env}}
		for _, finding := range lint.Run(inputOf(t, files)).Findings {
			for _, repair := range finding.Repairs {
				for _, file := range files {
					after := edited(t, file, repair.Edits)
					if repair.Safe && parses(file.Text) && !parses(after) {
						t.Errorf("%s: %q breaks the file:\n%s", finding.Rule, repair.Title, after)
					}
				}
			}
		}
	})
}

func parses(text string) bool {
	return recipe.ParseCompose("compose.yml", []byte(text)).Root != nil
}
