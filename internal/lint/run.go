package lint

// Run applies every rule of Rules.
func Run(in *Input) Result { return Apply(in, Rules()) }

// Apply applies the given rules. A rule whose need is not met is skipped and
// says why; it is never passed. One that could not judge all is both. What a suppression hides is kept apart.
func Apply(in *Input, rules []*Rule) Result {
	in.all = Rules()
	var result Result
	for _, rule := range rules {
		if rule.Check == nil {
			continue
		}
		if reason := in.missing(rule); reason != "" {
			result.Skipped = append(result.Skipped, Skipped{rule.Code, rule.Name, reason})
			continue
		}
		if reason := in.partly(rule); reason != "" {
			result.Skipped = append(result.Skipped, Skipped{rule.Code, rule.Name, reason})
		}
		result.Findings = append(result.Findings, in.check(rule)...)
	}
	result.sort()
	result.fingerprint() // of all, so that a suppression renames no other finding
	in.suppress(&result)
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

// check runs the rule once: what it finds is asked for again where a suppression
// names it.
func (in *Input) check(rule *Rule) []Finding {
	if found, known := in.checked[rule.Code]; known {
		return found
	}
	found := rule.Check(in)
	for i := range found {
		found[i] = rule.sign(found[i])
		found[i].Repairs = in.makeable(found[i].Repairs)
		in.keepLineEnds(found[i].Repairs)
		if severity, set := in.Settings.Severity[rule.Code]; set {
			found[i].Severity = severity
		}
	}
	if in.checked == nil {
		in.checked = map[string][]Finding{}
	}
	in.checked[rule.Code] = found
	return found
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
