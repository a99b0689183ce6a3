package lint_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"coopcloud.tech/catalogue/internal/lint"
)

// A rule's bad example fails by that rule, its good example is judged and clean.
func TestExamples(t *testing.T) {
	for _, rule := range lint.Rules() {
		if rule.Check == nil {
			continue
		}
		t.Run(rule.Code, func(t *testing.T) {
			alone := []*lint.Rule{rule}
			if bad := lint.Apply(inputOf(t, rule.Bad), alone); len(bad.Findings) == 0 {
				t.Errorf("the bad example passes; skipped: %v", bad.Skipped)
			}
			if good := lint.Apply(inputOf(t, rule.Good), alone); len(good.Findings) > 0 || len(good.Skipped) > 0 {
				t.Errorf("the good example does not pass:\n%s", describe(good))
			}
		})
	}
}

func TestRulesAreWhole(t *testing.T) {
	seen := map[string]bool{}
	slug := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	for _, rule := range lint.Rules() {
		if seen[rule.Code] || seen[rule.Name] || !slug.MatchString(rule.Name) {
			t.Errorf("%s %s: a code or name that is taken, or no slug", rule.Code, rule.Name)
		}
		seen[rule.Code], seen[rule.Name] = true, true
		if rule.What == "" || rule.Why == "" {
			t.Errorf("%s says nothing", rule.Code)
		}
		if rule.Check != nil && (rule.Severity == "" || rule.Confidence == "" || rule.Fix == "") {
			t.Errorf("%s lacks severity, confidence or fix", rule.Code)
		}
	}
	if !slices.IsSortedFunc(lint.Rules(), func(a, b *lint.Rule) int { return strings.Compare(a.Code, b.Code) }) {
		t.Error("rules are not sorted by code")
	}
}

// The pages in docs come from the rules: make generate.
func TestDocs(t *testing.T) {
	docs := filepath.Join("..", "..", "docs")
	pages := lint.Pages()
	for path, want := range pages {
		got, err := os.ReadFile(filepath.Join(docs, filepath.FromSlash(path)))
		if err != nil || string(got) != want {
			t.Errorf("docs/%s is not what the rules say (%v); run make generate", path, err)
		}
	}
	written, err := filepath.Glob(filepath.Join(docs, "rules", "*"))
	if err != nil || len(written) != len(pages)-1 {
		t.Errorf("docs/rules has %d pages, want %d; run make generate", len(written), len(pages)-1)
	}
}

// Every rule that the list of proposals names is there, all sixteen of Co-op
// Cloud and sixty others are in it.
func TestCandidates(t *testing.T) {
	_, table, _ := strings.Cut(lint.Index(), "| Proposed |")
	rows := 0
	for line := range strings.Lines(table) {
		if strings.HasPrefix(line, "| ") {
			rows++
		}
	}
	if rows != 16+60 {
		t.Errorf("%d rows, want 76", rows)
	}
	for _, m := range regexp.MustCompile(`\[(R[0-9]{3})\]`).FindAllStringSubmatch(table, -1) {
		if lint.Find(m[1]) == nil {
			t.Errorf("there is no rule %s", m[1])
		}
	}
}
