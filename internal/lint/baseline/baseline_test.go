package baseline_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/lint/baseline"
	"coopcloud.tech/catalogue/internal/recipe"
)

func finding(rule, print string) lint.Finding {
	return lint.Finding{Rule: rule, Severity: lint.Warning, Fingerprint: print, Span: recipe.Span{File: "compose.yml"}}
}

func TestRoundTrip(t *testing.T) {
	findings := []lint.Finding{finding("R004", "b"), finding("R001", "a"), finding("R004", "a")}
	var one, other baseline.Baseline
	one.Add("b", findings)
	one.Add("a", findings[:1])
	slices.Reverse(findings)
	other.Add("a", findings[2:])
	other.Add("b", findings)
	first, err := one.Encode()
	if err != nil {
		t.Fatal(err)
	}
	second, _ := other.Encode()
	if !bytes.Equal(first, second) {
		t.Errorf("the order of findings shows:\n%s\n%s", first, second)
	}
	read, err := baseline.Decode(first)
	if err != nil || len(read.Entries) != 4 {
		t.Fatalf("got %v, %v", read, err)
	}
	again, _ := read.Encode()
	if !bytes.Equal(first, again) {
		t.Errorf("reading and writing changes it:\n%s\n%s", first, again)
	}
	if !bytes.Contains(first, []byte(`"warning": 4`)) {
		t.Errorf("no counts:\n%s", first)
	}
}

func TestSplit(t *testing.T) {
	var b baseline.Baseline
	b.Add("a", []lint.Finding{finding("R001", "known"), finding("R004", "stale"), finding("R014", "skipped")})
	b.Add("b", []lint.Finding{finding("R001", "elsewhere")})
	judged := func(code string) bool { return code != "R014" }
	fresh, known, stale := b.Split("a", []lint.Finding{finding("R001", "known"), finding("R001", "elsewhere")}, judged)
	if len(fresh) != 1 || fresh[0].Fingerprint != "elsewhere" || len(known) != 1 || stale != 1 {
		t.Errorf("got %v, %v, %d stale", fresh, known, stale)
	}
}

func TestDecodeRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                                    "no baseline",
		"[]":                                  "no baseline",
		`{"version":2}`:                       "its version is 2",
		`{"version":1,"findings":[{}]}`:       "entry 1",
		`{"version":1,"findings":[]} {"a":1}`: "something stands behind it",
	} {
		if _, err := baseline.Decode([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want %q", text, err, want)
		}
	}
}
