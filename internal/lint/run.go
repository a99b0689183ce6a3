package lint

// Run applies every rule of Rules.
func Run(in *Input) Result { return Apply(in, Rules()) }

// Apply applies the given rules. A rule whose need is not met is skipped and
// says why; it is never passed.
func Apply(in *Input, rules []*Rule) Result {
	var result Result
	for _, rule := range rules {
		if rule.Check == nil {
			continue
		}
		if reason := in.missing(rule); reason != "" {
			result.Skipped = append(result.Skipped, Skipped{rule.Code, rule.Name, reason})
			continue
		}
		for _, finding := range rule.Check(in) {
			result.Findings = append(result.Findings, rule.sign(finding))
		}
	}
	result.sort()
	result.fingerprint()
	return result
}

func (in *Input) missing(rule *Rule) string {
	for _, need := range rule.Needs {
		if reason := in.lacks(need); reason != "" {
			return reason
		}
	}
	return ""
}

// sign fills in what the rule's literal says and the check left open.
func (r *Rule) sign(f Finding) Finding {
	f.Rule, f.Name = r.Code, r.Name
	if f.Severity == "" {
		f.Severity = r.Severity
	}
	if f.Fix == "" {
		f.Fix = r.Fix
	}
	return f
}
