package lint

// operationRules, R160 to R189, say what will go wrong on a running swarm.
func operationRules() []*Rule {
	return []*Rule{}
}
