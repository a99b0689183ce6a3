package lint

var reserved = Rule{
	Code: "R016", Name: "reserved",
	What: "Reserved: Co-op Cloud's linter has a rule with this number.",
	Why:  "abra lists R016, but what it checks is not documented anywhere public. The number stays free until it is.",
}
