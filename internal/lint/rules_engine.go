package lint

// engineRules, R220 to R229, judge what a recipe says to the linter itself.
func engineRules() []*Rule {
	return []*Rule{&unusedSuppression, &suppressionWithoutReason, &invalidSuppression}
}

// isEngineRule reports whether suppressions of the rule are not judged in turn.
func isEngineRule(rule *Rule) bool { return rule.Code >= "R220" && rule.Code <= "R229" }
