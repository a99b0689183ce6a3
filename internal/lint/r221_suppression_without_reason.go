package lint

import (
	"fmt"
	"strings"
)

var suppressionWithoutReason = Rule{
	Code: "R221", Name: "suppression-without-reason",
	Severity: Warning, Confidence: High,
	What: "A suppression gives no reason, and so it hides nothing.",
	Why: "Whoever maintains the recipe next cannot tell an exception that was thought through from a warning that was in the way. " +
		"The reason is one sentence; writing it is the moment in which half of all suppressions turn out to be fixes.",
	Fix: "Write behind the code why the finding is right to stay.",
	Bad: Example{{"compose.yml", `services:
  app:
    image: nginx:latest # recipe-lint: ignore=R004
`}},
	Good: Example{{"compose.yml", `services:
  app:
    image: nginx:latest # recipe-lint: ignore=R004 upstream has no releases
`}},
	Check: checkSuppressionWithoutReason,
}

func checkSuppressionWithoutReason(in *Input) []Finding {
	var found []Finding
	for _, s := range in.suppressions() {
		if s.fault == "" && s.reason == "" {
			names := strings.Join(s.names, ",")
			found = append(found, Finding{
				Message:  fmt.Sprintf("the suppression of %s gives no reason, and so it hides nothing", names),
				Span:     s.span,
				Evidence: "suppression " + names,
			})
		}
	}
	return found
}
