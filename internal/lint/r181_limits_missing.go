package lint

import (
	"fmt"

	"coopcloud.tech/catalogue/internal/stack"
)

var limitsMissing = Rule{
	Code: "R181", Name: "limits-missing",
	Severity: Info, Confidence: Medium,
	What: "A service may take all memory of the node, though others of the stack may not.",
	Why: "Many apps share one server; the one that leaks takes the others down with it. 90% of public compose files set no limit (compose-lint), and a guessed one kills " +
		"the app on somebody else's larger data. So this rule asks for completeness only: where a maintainer limits one service, the others are " +
		"the gap in the budget.",
	Fix:   "Add deploy.resources.limits.memory, with a variable so that operators can raise it.",
	Bad:   Example{{"compose.yml", limitsExample("")}},
	Good:  Example{{"compose.yml", limitsExample("    deploy:\n      resources:\n        limits:\n          memory: 256M\n")}},
	Needs: []Need{NeedsCompose},
	Check: eachVariant(checkLimits),
}

func limitsExample(more string) string {
	return `version: "3.8"
services:
  app:
    image: nextcloud:30.0.4-apache
    deploy:
      resources:
        limits:
          memory: 1G
  cache:
    image: redis:7.4.1
` + more
}

func checkLimits(in *Input, v *Variant) []Finding {
	var found []Finding
	limited := false
	for _, s := range v.Stack.Services {
		if limits := s.Deploy.Limits; limits != nil && limits.MemoryBytes > 0 {
			limited = true
		} else if s.Image != "" {
			found = append(found, unlimited(in, v, s))
		}
	}
	if !limited {
		return nil
	}
	return found
}

func unlimited(in *Input, v *Variant, s *stack.Service) Finding {
	return Finding{
		Message:  fmt.Sprintf("service %s has no memory limit, though others of the stack have one", s.Key),
		Span:     in.keySpan(v, "services", s.Key),
		Evidence: "services." + s.Key + ".deploy.resources.limits",
	}
}
