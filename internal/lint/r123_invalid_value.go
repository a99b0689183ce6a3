package lint

var invalidValue = Rule{
	Code: "R123", Name: "invalid-value",
	Severity: Error, Confidence: High, Docker: Refuses,
	What: "A value has the right type and no meaning to Docker.",
	Why: "Durations are Go's (1m30s; 1d is refused), sizes are numbers with a unit, ports and volumes have a short form of their own, " +
		"and a ${…} that becomes nothing is no number. Docker stops at the first of them, often without naming the key.",
	Fix:   "Write the value as the message says.",
	Bad:   app("    stop_grace_period: 1d\n"),
	Good:  app("    stop_grace_period: 24h\n"),
	Check: diagnosed("R123"),
}
