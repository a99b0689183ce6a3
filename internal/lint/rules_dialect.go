package lint

// dialectRules, R110 to R159, say what docker stack deploy does with a key or a value.
func dialectRules() []*Rule {
	return []*Rule{}
}
