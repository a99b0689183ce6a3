package upstream_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"coopcloud.tech/catalogue/internal/upstream"
)

// conformance is a file of testdata/cases; docs/upstream.md says what each field means.
type conformance struct {
	About string
	Cases []struct {
		ID, Image, Current string
		Tags               []upstream.Tag
		Partial            bool
		MinAge             string `json:"min_age"`
		Now                string
		Expect             expectation
		Source, Why        string
	}
}

// expectation holds what is not in dispute: a field that is absent is not checked.
type expectation struct {
	Verdict    *upstream.Step
	Newest     *string
	Steps      struct{ Patch, Minor, Major *string }
	Base       *bool
	Held       []string
	Candidates []struct {
		Tag    string
		Family *bool
		Reason *string
	}
}

func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/cases/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	seen := map[string]string{}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var file conformance
		if err := json.Unmarshal(data, &file); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, c := range file.Cases {
			if seen[c.ID] != "" || c.Source == "" || c.Why == "" {
				t.Errorf("%s: case %q: its id stands in %q, too, or its source or reason is missing", name, c.ID, seen[c.ID])
			}
			seen[c.ID] = name
			q := upstream.Question{Image: c.Image, Current: c.Current, Tags: c.Tags, Partial: c.Partial}
			if c.MinAge != "" {
				q.MinAge, err = time.ParseDuration(c.MinAge)
				if err != nil {
					t.Fatalf("%s: %s: min_age: %v", name, c.ID, err)
				}
			}
			if c.Now != "" {
				q.Now, err = time.Parse(time.RFC3339, c.Now)
				if err != nil {
					t.Fatalf("%s: %s: now: %v", name, c.ID, err)
				}
			}
			t.Run(c.ID, func(t *testing.T) { c.Expect.hold(t, upstream.Judge(q), c.Current, c.Why) })
		}
	}
}

func (e expectation) hold(t *testing.T, got upstream.Verdict, current, why string) {
	check(t, "verdict", got.Step, e.Verdict, current, why)
	check(t, "newest", got.Newest, e.Newest, current, why)
	check(t, "patch", got.Steps.Patch, e.Steps.Patch, current, why)
	check(t, "minor", got.Steps.Minor, e.Steps.Minor, current, why)
	check(t, "major", got.Steps.Major, e.Steps.Major, current, why)
	check(t, "base", got.Base, e.Base, current, why)
	if e.Held != nil && !slices.Equal(slices.Sorted(slices.Values(got.Held)), slices.Sorted(slices.Values(e.Held))) {
		t.Errorf("%s: held is %v, want %v: %s", current, got.Held, e.Held, why)
	}
	for _, want := range e.Candidates {
		i := slices.IndexFunc(got.Candidates, func(c upstream.Candidate) bool { return c.Tag == want.Tag })
		if i < 0 {
			t.Errorf("%s: no candidate %s", current, want.Tag)
			continue
		}
		check(t, want.Tag+" in family", got.Candidates[i].Family, want.Family, current, why)
		check(t, want.Tag+" reason", got.Candidates[i].Reason, want.Reason, current, why)
	}
}

func check[T comparable](t *testing.T, what string, got T, want *T, current, why string) {
	t.Helper()
	if want != nil && got != *want {
		t.Errorf("%s: %s is %v, want %v: %s", current, what, got, *want, why)
	}
}
