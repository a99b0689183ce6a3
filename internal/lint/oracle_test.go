package lint_test

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/stack"
)

// verdict is what Docker's own loader says of one file of the corpus.
type verdict struct{ path, text string }

func (v verdict) refused() bool { return !strings.HasPrefix(v.text, "OK") }

// classes of refusal, by what Docker's message says; the first that matches.
var classes = []struct{ name, says string }{
	{"accepted", "OK "},
	{"required-variable", "required variable"},
	{"interpolation", "invalid interpolation format"},
	{"cast", "failed to cast"},
	{"env-file", "open /"},
	{"env-file", "invalid env file"},
	{"depends-on-map", "depends_on: must be a list"},
	{"forbidden-key", "forbidden properties"},
	{"unknown-key", "additional propert"},
	{"duplicate-key", "already defined"},
	{"wrong-type", "must be"},
	{"invalid-value", ""},
}

func (v verdict) class() string {
	for _, class := range classes {
		if strings.Contains(v.text, class.says) {
			return class.name
		}
	}
	return ""
}

// corpusDir is the folder of real inputs; tests that need it skip without it.
func corpusDir(t *testing.T) string {
	t.Helper()
	dir := filepath.Dir(corpus)
	if env := os.Getenv("CATALOGUE_CORPUS"); env != "" {
		dir = env
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no corpus here")
	}
	return dir
}

func verdicts(t *testing.T, dir string) []verdict {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, "docker-verdicts.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []verdict
	for lines := bufio.NewScanner(f); lines.Scan(); {
		name, text, _ := strings.Cut(lines.Text(), "\t")
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil { // a few were left out of the corpus
			all = append(all, verdict{name, text})
		}
	}
	return all
}

// judge lints one file of the corpus alone, with the environment of its README.
func judge(dir, name string) lint.Result {
	env := stack.Env{Vars: map[string]string{"STACK_NAME": "stack", "DOMAIN": "example.com", "HOME": "/root"}}
	folder, base := path.Split(name)
	return lint.Run(lint.NewFileInput(os.DirFS(filepath.Join(dir, folder)), base, env))
}

// tally counts one class.
type tally struct{ files, agreed int }

// A file that Docker's loader refuses has an error; one that it accepts has none
// from a rule that says that Docker refuses. Files of equal content count once.
func TestOracle(t *testing.T) {
	dir := corpusDir(t)
	known := documentedExceptions(t)
	counts := map[string]*tally{}
	for _, v := range distinct(t, dir, verdicts(t, dir)) {
		count := counts[v.class()]
		if count == nil {
			count = &tally{}
			counts[v.class()] = count
		}
		count.files++
		fault := disagreement(v, judge(dir, v.path))
		if fault == "" {
			count.agreed++
		}
		if reason := known[v.path]; (fault == "") != (reason == "") {
			t.Errorf("%s: docker says %q; we: %q; docs/oracle.md: %q", v.path, v.text, fault, reason)
		}
	}
	var refused tally
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		count := counts[name]
		if row := fmt.Sprintf("| %s | %d | %d |", name, count.agreed, count.files); !strings.Contains(oraclePage(t), row) {
			t.Errorf("docs/oracle.md does not say %s", row)
		}
		if name != "accepted" {
			refused.files += count.files
			refused.agreed += count.agreed
		}
	}
	atLeastAgreed(t, "accepted", *counts["accepted"], 400)
	atLeastAgreed(t, "refused", refused, 200)
}

func atLeastAgreed(t *testing.T, name string, count tally, most int) {
	t.Helper()
	rate := 100 * float64(count.agreed) / float64(max(count.files, 1))
	t.Logf("%s: %d of %d agree, %.2f %%", name, count.agreed, count.files, rate)
	if count.files < most || rate < 99.5 {
		t.Errorf("%s: %.2f %% of %d files; want 99.5 %% of at least %d", name, rate, count.files, most)
	}
}

// distinct keeps one of the files with the same content and the same verdict.
func distinct(t *testing.T, dir string, all []verdict) []verdict {
	t.Helper()
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(v verdict) bool {
		data, err := os.ReadFile(filepath.Join(dir, v.path))
		if err != nil {
			t.Fatal(err)
		}
		id := fmt.Sprintf("%x %s", sha256.Sum256(data), v.class())
		before := seen[id]
		seen[id] = true
		return before
	})
}

func disagreement(v verdict, result lint.Result) string {
	for _, f := range result.Findings {
		outcome := lint.Find(f.Rule).Docker
		switch {
		case f.Severity != lint.Error:
		case v.refused() && (outcome == lint.Refuses || outcome == lint.Fails):
			return ""
		case !v.refused() && outcome == lint.Refuses:
			return fmt.Sprintf("line %d: %s %s", f.Span.Line, f.Rule, f.Message)
		}
	}
	if v.refused() {
		return "no error"
	}
	return ""
}

func oraclePage(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "docs", "oracle.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// documentedExceptions are the files of the table in docs/oracle.md, with why.
func documentedExceptions(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	for line := range strings.Lines(oraclePage(t)) {
		cells := strings.Split(line, "|")
		if len(cells) == 4 && strings.Contains(cells[1], "/") {
			found[strings.Trim(cells[1], " `")] = strings.TrimSpace(cells[2])
		}
	}
	return found
}

// The lines of testdata/verdict-lines.tsv were read by eye: what Docker's message
// is about stands there. An error is on each of them.
func TestOracleLines(t *testing.T) {
	dir := corpusDir(t)
	data, err := os.ReadFile("testdata/verdict-lines.tsv")
	if err != nil {
		t.Fatal(err)
	}
	labelled := 0
	for row := range strings.Lines(string(data)) {
		cells := strings.Split(strings.TrimSpace(row), "\t")
		line, err := strconv.Atoi(cells[1])
		if err != nil {
			t.Fatal(err)
		}
		labelled++
		result := judge(dir, cells[0])
		if !slices.ContainsFunc(result.Findings, func(f lint.Finding) bool { return f.Severity == lint.Error && covers(f, line) }) {
			t.Errorf("%s:%d (%s): no error on that line:\n%s", cells[0], line, cells[2], errorsOf(result))
		}
	}
	if labelled < 100 {
		t.Errorf("only %d lines are labelled", labelled)
	}
}

// covers says whether the finding is shown at the line.
func covers(f lint.Finding, line int) bool {
	return f.Span.Line == line || slices.ContainsFunc(f.Related, func(r lint.Related) bool { return r.Span.Line == line })
}

func errorsOf(result lint.Result) string {
	var b strings.Builder
	for _, f := range result.Findings {
		if f.Severity == lint.Error {
			fmt.Fprintf(&b, "  %d: %s %s\n", f.Span.Line, f.Rule, f.Message)
		}
	}
	return cmp.Or(b.String(), "  none\n")
}

// No fault of a real file is reported by two rules.
func TestOneFaultOneRule(t *testing.T) {
	dir := corpusDir(t)
	for _, v := range verdicts(t, dir) {
		seen := map[string]string{}
		for _, f := range judge(dir, v.path).Findings {
			id := fmt.Sprintf("%v %s", f.Span, f.Evidence)
			if other := seen[id]; other != "" && other != f.Rule {
				t.Errorf("%s: %s and %s report the same: %s", v.path, other, f.Rule, f.Message)
			}
			seen[id] = f.Rule
		}
	}
}
