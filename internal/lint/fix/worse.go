package fix

import (
	"fmt"

	"coopcloud.tech/catalogue/internal/lint"
)

// fault is a finding without its place: what a repair elsewhere in the file
// leaves as it is.
type fault struct{ rule, file, evidence string }

func faultOf(f lint.Finding) fault { return fault{f.Rule, f.Span.File, f.Evidence} }

// count counts equal faults; what is suppressed is there, too.
func count(r lint.Result) map[fault]int {
	counts := map[fault]int{}
	for _, f := range r.Findings {
		counts[faultOf(f)]++
	}
	for _, s := range r.Suppressed {
		counts[faultOf(s.Finding)]++
	}
	return counts
}

// worse says what is wrong with the repairs: one that does not remove its
// finding, or new findings as grave as the least grave that was repaired, which
// are returned, too.
func worse(before, after lint.Result, chosen []candidate) (harm string, led []lint.Finding) {
	had, has := count(before), count(after)
	limit := lint.Error
	for _, c := range chosen {
		if has[faultOf(c.finding)] >= had[faultOf(c.finding)] {
			return "it does not remove the finding", nil
		}
		if limit.AtLeast(c.finding.Severity) {
			limit = c.finding.Severity
		}
	}
	for _, f := range after.Findings {
		if has[faultOf(f)] > had[faultOf(f)] && f.Severity.AtLeast(limit) && f.Rule != unused {
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
