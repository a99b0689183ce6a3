package fix_test

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/lint/fix"
	"coopcloud.tech/catalogue/internal/recipe"
)

func all(findings []lint.Finding) []lint.Finding { return findings }

// job repairs what stand-in rules find in compose.yml: each word "bad" is to
// become what the rule says.
func job(t *testing.T, text string, judge func(text string) []lint.Finding) fix.Outcome {
	t.Helper()
	outcome, err := fix.Run(fix.Job{
		FS: fstest.MapFS{"compose.yml": {Data: []byte(text)}},
		Judge: func(fsys fs.FS) (lint.Result, error) {
			data, err := fs.ReadFile(fsys, "compose.yml")
			return lint.Result{Findings: judge(string(data))}, err
		},
		Wanted: all,
	})
	if err != nil {
		t.Fatal(err)
	}
	return outcome
}

// replace finds every old word and offers the new one.
func replace(text, old, now string, severity lint.Severity) []lint.Finding {
	var found []lint.Finding
	for at := 0; ; {
		i := strings.Index(text[at:], old)
		if i < 0 {
			return found
		}
		at += i
		found = append(found, lint.Finding{
			Rule: "T" + old, Severity: severity, Evidence: old, Span: recipe.Span{File: "compose.yml", Line: 1},
			Fingerprint: fmt.Sprint(old, len(found)),
			Repairs: []lint.Repair{{
				Title: "Write " + now, Safe: true,
				Edits: []lint.Edit{{File: "compose.yml", Start: at, End: at + len(old), Text: now}},
			}},
		})
		at += len(old)
	}
}

func after(o fix.Outcome, before string) string {
	if text, changed := o.After["compose.yml"]; changed {
		return string(text)
	}
	return before
}

func TestRun(t *testing.T) {
	tests := []struct {
		name, text, want string
		fixed, undone    int
		judge            func(text string) []lint.Finding
	}{
		{"several", "a bad b bad c", "a good b good c", 2, 0, func(text string) []lint.Finding {
			return replace(text, "bad", "good", lint.Warning)
		}},
		{"one on top of the other", "one", "three", 2, 0, func(text string) []lint.Finding {
			return append(replace(text, "one", "two", lint.Error), replace(text, "two", "three", lint.Info)...)
		}},
		{"overlapping: the first wins", "bad", "good", 1, 0, func(text string) []lint.Finding {
			return append(replace(text, "bad", "good", lint.Warning), replace(text, "ba", "mi", lint.Warning)...)
		}},
		{"harm is taken back, the rest stays", "a bad b odd", "a good b odd", 1, 1, func(text string) []lint.Finding {
			found := append(replace(text, "bad", "good", lint.Warning), replace(text, "odd", "fatal", lint.Warning)...)
			if strings.Contains(text, "fatal") {
				found = append(found, lint.Finding{Rule: "R101", Severity: lint.Error, Evidence: "yaml", Span: recipe.Span{File: "compose.yml"}})
			}
			return found
		}},
		{"what it leads to is repaired, too", "a", "c", 1, 0, func(text string) []lint.Finding {
			return append(replace(text, "a", "b", lint.Warning), replace(text, "b", "c", lint.Warning)...)
		}},
		{"round in circles", "a", "a", 0, 1, func(text string) []lint.Finding {
			return append(replace(text, "a", "b", lint.Warning), replace(text, "b", "a", lint.Warning)...)
		}},
		{"a lesser finding is no harm", "bad", "good", 1, 0, func(text string) []lint.Finding {
			found := replace(text, "bad", "good", lint.Error)
			if strings.Contains(text, "good") {
				found = append(found, lint.Finding{Rule: "T", Severity: lint.Info})
			}
			return found
		}},
		{"what removes nothing is taken back", "bad", "bad", 0, 1, func(text string) []lint.Finding {
			return replace(text, "bad", "bad ", lint.Warning)
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o := job(t, test.text, test.judge)
			if got := after(o, test.text); got != test.want || len(o.Fixed) != test.fixed || len(o.Undone) != test.undone {
				t.Errorf("got %q, %d fixed, %v undone; want %q, %d, %d", got, len(o.Fixed), o.Undone, test.want, test.fixed, test.undone)
			}
		})
	}
}

// Unsafe repairs and unwanted findings stay as they are.
func TestRunLeaves(t *testing.T) {
	files := fstest.MapFS{"compose.yml": {Data: []byte("bad")}}
	judge := func(safe bool) func(fs.FS) (lint.Result, error) {
		return func(fsys fs.FS) (lint.Result, error) {
			data, err := fs.ReadFile(fsys, "compose.yml")
			found := replace(string(data), "bad", "good", lint.Error)
			for i := range found {
				found[i].Repairs[0].Safe = safe
			}
			return lint.Result{Findings: found}, err
		}
	}
	none := func([]lint.Finding) []lint.Finding { return nil }
	for _, test := range []struct {
		name string
		job  fix.Job
		want int
	}{
		{"unsafe", fix.Job{FS: files, Judge: judge(false), Wanted: all}, 0},
		{"unsafe, asked for", fix.Job{FS: files, Judge: judge(false), Wanted: all, Unsafe: true}, 1},
		{"unwanted", fix.Job{FS: files, Judge: judge(true), Wanted: none}, 0},
	} {
		if o, err := fix.Run(test.job); err != nil || len(o.Fixed) != test.want || len(o.Changed()) != test.want {
			t.Errorf("%s: fixed %v, %v; want %d", test.name, o.Fixed, err, test.want)
		}
	}
}

// Who writes the files meanwhile finds his text untouched: places are those of the
// text that was judged, and what is written is what that text becomes.
func TestRunOnFilesThatChange(t *testing.T) {
	files := fstest.MapFS{"compose.yml": {Data: []byte("a bad b")}}
	o, err := fix.Run(fix.Job{
		FS: files,
		Judge: func(fsys fs.FS) (lint.Result, error) {
			data, err := fs.ReadFile(fsys, "compose.yml")
			files["compose.yml"] = &fstest.MapFile{Data: []byte("precious")}
			return lint.Result{Findings: replace(string(data), "bad", "good", lint.Error)}, err
		},
		Wanted: all,
	})
	if err != nil || string(o.Before["compose.yml"]) != "a bad b" || string(o.After["compose.yml"]) != "a good b" {
		t.Errorf("%q becomes %q, %v", o.Before, o.After, err)
	}
}

// One repair among thousands that does harm does not cost the others a judgement each,
// and where all do the run still ends soon.
func TestRunOnMany(t *testing.T) {
	const many = 4000
	for _, test := range []struct {
		name, text   string
		fixed, judge int // at least so many repaired, at most so often judged
	}{
		{"one does harm", strings.Repeat("bad ", many/2) + "odd " + strings.Repeat("bad ", many/2), many, 40},
		{"all do harm", strings.Repeat("odd ", many), 0, 1000},
	} {
		judged := 0
		o := job(t, test.text, func(text string) []lint.Finding {
			judged++
			found := append(replace(text, "bad", "good", lint.Warning), replace(text, "odd", "fatal", lint.Warning)...)
			if strings.Contains(text, "fatal") {
				found = append(found, lint.Finding{Rule: "R101", Severity: lint.Error, Evidence: "yaml", Span: recipe.Span{File: "compose.yml"}})
			}
			return found
		})
		if len(o.Fixed) < test.fixed || judged > test.judge {
			t.Errorf("%s: %d fixed, judged %d times; want %d, at most %d", test.name, len(o.Fixed), judged, test.fixed, test.judge)
		}
	}
}
