package report

import (
	"io"
	"net/url"
	"strings"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/recipe"
)

const (
	toolName    = "recipe-lint"
	sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	sourceRoot  = "%SRCROOT%" // the repository's root, as most tools name it
)

// SARIF writes one run: the rules that found something or were skipped, with
// their pages; results with fingerprints and fixes; skipped rules as
// notifications. Suppressed findings are left out: GitHub opens alerts for them all the
// same (https://github.com/github/codeql-action/issues/1230). Columns count code points.
func SARIF(w io.Writer, r Report, o Options) error {
	s := sarifWriter{index: map[string]int{}, rules: []sarifRule{}, results: []sarifResult{}, skipped: []sarifNotification{}}
	for _, recipe := range r {
		s.recipe(recipe)
	}
	return encode(w, sarifLog{sarifSchema, "2.1.0", []sarifRun{{
		Tool:        sarifTool{sarifDriver{toolName, o.Version, lint.Home, s.rules}},
		Invocations: []sarifInvocation{{true, s.skipped}},
		ColumnKind:  "unicodeCodePoints",
		Results:     s.results,
	}}})
}

type sarifWriter struct {
	rules   []sarifRule
	index   map[string]int // of a rule, by its code
	results []sarifResult
	skipped []sarifNotification
}

func (s *sarifWriter) recipe(r Recipe) {
	lines := sources{fsys: r.FS}
	for _, f := range r.Result.Findings {
		s.results = append(s.results, s.result(r, &lines, f))
	}
	for _, skipped := range r.Result.Skipped {
		s.skipped = append(s.skipped, sarifNotification{
			Level: "note", Message: sarifText(skipped.Rule + " was skipped: " + Printable(skipped.Reason)),
			Rule:      sarifRuleRef{skipped.Rule, s.rule(skipped.Rule, skipped.Name)},
			Locations: []sarifLocation{{Physical: sarifPhysical{Artifact: artifact(r.path(""))}}},
		})
	}
}

func (s *sarifWriter) result(r Recipe, lines *sources, f lint.Finding) sarifResult {
	return sarifResult{
		RuleID: f.Rule, RuleIndex: s.rule(f.Rule, f.Name), Level: sarifLevel(f.Severity),
		Message:      sarifText(message(f) + "\n" + Printable(f.Fix)),
		Locations:    []sarifLocation{{Physical: physical(r, f.Span)}},
		Related:      sarifRelated(r, f),
		Fingerprints: sarifFingerprints{r.fingerprint(f)},
		Fixes:        sarifFixes(r, lines, f),
	}
}

func sarifRelated(r Recipe, f lint.Finding) []sarifLocation {
	var out []sarifLocation
	for _, other := range f.Related {
		message := sarifText(Printable(other.Message))
		out = append(out, sarifLocation{physical(r, other.Span), &message})
	}
	return out
}

func physical(r Recipe, span recipe.Span) sarifPhysical {
	span = whole(span)
	return sarifPhysical{artifact(r.path(span.File)), &sarifRegion{span.Line, span.Column, span.EndLine, span.EndColumn}}
}

// rule is the index of the rule's descriptor, which it adds once.
func (s *sarifWriter) rule(code, name string) int {
	if at, known := s.index[code]; known {
		return at
	}
	descriptor := sarifRule{ID: code, Name: name, HelpURI: lint.PageURL(code), Default: sarifDefault{"warning"}}
	if rule := lint.Find(code); rule != nil {
		descriptor = describe(rule)
	}
	s.index[code] = len(s.rules)
	s.rules = append(s.rules, descriptor)
	return s.index[code]
}

func describe(r *lint.Rule) sarifRule {
	return sarifRule{
		ID: r.Code, Name: r.Name,
		ShortDescription: sarifText(r.What),
		FullDescription:  sarifText(r.Why),
		Help:             sarifMessage{Text: r.Why + "\n\n" + r.Fix, Markdown: r.Page()},
		HelpURI:          lint.PageURL(r.Code),
		Default:          sarifDefault{sarifLevel(r.Severity)},
		Properties:       sarifRuleExtra{string(r.Confidence), problemSeverity(r.Severity)},
	}
}

func sarifLevel(s lint.Severity) string {
	if s == lint.Info {
		return "note"
	}
	return string(s)
}

func problemSeverity(s lint.Severity) string {
	if s == lint.Info {
		return "recommendation"
	}
	return string(s)
}

// sarifText keeps "[text](target)" from being a link (SARIF 3.11.6).
func sarifText(s string) sarifMessage {
	if strings.Contains(s, "](") {
		s = strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`).Replace(s)
	}
	return sarifMessage{Text: s}
}

// artifact escapes the path as a URI; a name such as "a:b" is no scheme.
func artifact(path string) sarifArtifact {
	return sarifArtifact{(&url.URL{Path: path}).String(), sourceRoot}
}
