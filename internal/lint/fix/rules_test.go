package fix_test

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/lint/fix"
	"coopcloud.tech/catalogue/internal/lint/linttest"
	"coopcloud.tech/catalogue/internal/recipe"
)

const fixtures = "../testdata"

func lintTree(files fs.FS) (lint.Result, error) {
	r, err := recipe.Read(files, "example")
	if err != nil {
		return lint.Result{}, err
	}
	return lint.Run(lint.NewInput(r, lint.Facts{})), nil
}

// dress writes the files as some editors do.
func dress(tree fstest.MapFS, wear func(string) string) fstest.MapFS {
	dressed := fstest.MapFS{}
	for name, file := range tree {
		dressed[name] = &fstest.MapFile{Data: []byte(wear(string(file.Data))), Mode: 0o644}
	}
	return dressed
}

// Every rule's repairs, in every kind of text: they end, no error is new, and line
// ends and byte order marks are as they were.
func TestRulesRepairs(t *testing.T) {
	kinds := map[string]func(string) string{
		"LF":   func(s string) string { return s },
		"CRLF": func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
		"BOM":  func(s string) string { return "\ufeff" + s },
		"open": func(s string) string { return strings.TrimSuffix(s, "\n") },
	}
	fixed := 0
	for name, tree := range linttest.Trees(t, fixtures) {
		for kind, wear := range kinds {
			for _, unsafe := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s/%s/%v", name, kind, unsafe), func(t *testing.T) {
					fixed += repairTree(t, dress(tree, wear), kind, unsafe)
				})
			}
		}
	}
	if fixed < 100 {
		t.Errorf("only %d findings were fixed: the test proves little", fixed)
	}
}

func repairTree(t *testing.T, tree fstest.MapFS, kind string, unsafe bool) int {
	before, err := lintTree(tree)
	if err != nil {
		t.Fatal(err)
	}
	o, err := fix.Run(fix.Job{FS: tree, Judge: lintTree, Wanted: all, Unsafe: unsafe})
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range o.Undone {
		t.Logf("%s:%d %s %q is taken back: %s", u.Finding.Span.File, u.Finding.Span.Line, u.Finding.Rule, u.Title, u.Why)
	}
	if o.Result.Count(lint.Error) > before.Count(lint.Error) {
		t.Errorf("%d errors before, %d after", before.Count(lint.Error), o.Result.Count(lint.Error))
	}
	for _, c := range o.Changes() {
		text := string(c.After)
		if kind == "CRLF" && strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\n") {
			t.Errorf("%s: line ends are mixed now:\n%q", c.File, text)
		}
		if kind == "BOM" && c.Before != nil && strings.LastIndex(text, "\ufeff") != 0 {
			t.Errorf("%s: the byte order mark moved:\n%q", c.File, text)
		}
	}
	return len(o.Fixed)
}

// Whatever the recipe, repairs end, and do not make errors.
func FuzzRun(f *testing.F) {
	for _, tree := range linttest.Trees(f, fixtures) {
		text := func(name string) string {
			if file := tree[name]; file != nil {
				return string(file.Data)
			}
			return ""
		}
		f.Add(text("compose.yml"), text("compose.a.yml"), text(".env.sample"), text("abra.sh"), text("README.md"))
	}
	f.Fuzz(func(t *testing.T, base, overlay, env, abra, readme string) {
		tree := fstest.MapFS{
			"compose.yml": {Data: []byte(base)}, "compose.a.yml": {Data: []byte(overlay)},
			".env.sample": {Data: []byte(env)}, "abra.sh": {Data: []byte(abra)}, "README.md": {Data: []byte(readme)},
		}
		before, err := lintTree(tree)
		if err != nil {
			t.Fatal(err)
		}
		o, err := fix.Run(fix.Job{FS: tree, Judge: lintTree, Wanted: all, Unsafe: true})
		if err != nil {
			t.Fatal(err)
		}
		if o.Result.Count(lint.Error) > before.Count(lint.Error) {
			t.Errorf("%d errors before, %d after", before.Count(lint.Error), o.Result.Count(lint.Error))
		}
	})
}

// A file with thousands of faults is repaired in few passes; one with more than are
// shown is not, since what a repair leads to could not be told from what was hidden.
func TestManyFaults(t *testing.T) {
	for services, fixed := range map[int]int{3000: 3000, 6000: 0} {
		var text strings.Builder
		text.WriteString("version: \"3.8\"\nservices:\n")
		for i := range services {
			fmt.Fprintf(&text, "  s%[1]d:\n    image: nginx:1.27.3\n    restart: always\n    container_name: c%[1]d\n", i)
		}
		judged := 0
		o, err := fix.Run(fix.Job{
			FS:     fstest.MapFS{"compose.yml": {Data: []byte(text.String())}},
			Judge:  func(files fs.FS) (lint.Result, error) { judged++; return lintTree(files) },
			Wanted: all,
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(o.Fixed) != fixed || judged > 5 {
			t.Errorf("%d services: %d findings fixed, judged %d times; want %d, and 5 times at most", services, len(o.Fixed), judged, fixed)
		}
		hidden := slices.ContainsFunc(o.Result.Findings, func(f lint.Finding) bool { return strings.Contains(f.Message, "not all of this file's are shown") })
		if hidden != (fixed == 0) {
			t.Errorf("%d services: it is said that not all is shown: %v", services, hidden)
		}
	}
}
