package fix

import (
	"fmt"

	"coopcloud.tech/catalogue/internal/lint"
)

// fault is a finding without its place: what a repair elsewhere in the file
// leaves as it is. It is as grave as limit, or graver.
type fault struct {
	rule, file, evidence string
	limit                lint.Severity
}

func faultOf(f lint.Finding, limit lint.Severity) fault {
	return fault{f.Rule, f.Span.File, f.Evidence, limit}
}

// count counts equal faults; what is suppressed is there, too.
func count(r lint.Result) map[fault]int {
	counts := map[fault]int{}
	add := func(f lint.Finding) {
		for _, limit := range lint.Severities() {
			if f.Severity.AtLeast(limit) {
				counts[faultOf(f, limit)]++
			}
		}
	}
	for _, f := range r.Findings {
		add(f)
	}
	for _, s := range r.Suppressed {
		add(s.Finding)
	}
	return counts
}

// worse says what is wrong with the repairs: one that does not remove its
// finding, or findings as grave as the least grave that was repaired that are
// new, or were less grave; these are returned, too.
func worse(before, after lint.Result, chosen []candidate) (harm string, led []lint.Finding) {
	had, has := count(before), count(after)
	limit := lint.Error
	for _, c := range chosen {
		if f := faultOf(c.finding, lint.Info); has[f] >= had[f] {
			return "it does not remove the finding", nil
		}
		if limit.AtLeast(c.finding.Severity) {
			limit = c.finding.Severity
		}
	}
	for _, f := range after.Findings {
		if same := faultOf(f, f.Severity); has[same] > had[same] && f.Severity.AtLeast(limit) && f.Rule != unused {
			led = append(led, f)
		}
	}
	if len(led) == 0 {
		return "", nil
	}
	f := led[0]
	return fmt.Sprintf("it leads to %s:%d: %s %s: %s", f.Span.File, max(f.Span.Line, 1), f.Severity, f.Rule, f.Message), led
}

// unused is the rule of suppressions that hide nothing. A repair that makes one
// so has done its work; the suppression is the next to go.
const unused = "R220"
