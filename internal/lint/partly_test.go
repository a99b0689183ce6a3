package lint_test

import (
	"strings"
	"testing"

	"coopcloud.tech/catalogue/internal/lint"
)

// What could not be asked is neither passed nor failed: the rule is skipped with the
// reason, in whole or for the rest.
func TestUnknownFacts(t *testing.T) {
	files := lint.Example{
		{Name: "compose.yml", Text: "services:\n  app:\n    image: example/gone:1.0.0\n  db:\n    image: private/db:1.0.0 # recipe-lint: ignore=R162 our registry is not reachable from CI\n    healthcheck: {test: pg_isready}\n"},
		{Name: "images", Text: "example/gone:1.0.0 missing\n"},
	}
	in := inputOf(t, files)
	in.Facts.Unknown = map[lint.Need]string{
		lint.NeedsImages: "private/db:1.0.0: access is refused", lint.NeedsVersions: "the catalogue is down",
	}
	result := lint.Run(in)
	reasons := map[string]string{}
	for _, s := range result.Skipped {
		reasons[s.Rule] = s.Reason
	}
	for rule, want := range map[string]string{"R162": "in part: private/db", "R006": "the catalogue is down", "R013": "the forge was not asked", "R161": "recorded", "R164": "programs"} {
		if !strings.Contains(reasons[rule], want) {
			t.Errorf("%s was skipped for %q, want %q", rule, reasons[rule], want)
		}
	}
	found := map[string]int{}
	for _, f := range result.Findings {
		found[f.Rule]++
	}
	if found["R162"] != 1 || found["R220"] != 0 {
		t.Errorf("found %v: the image that is known to be gone is one, the suppression of the other is not unused", found)
	}
}
