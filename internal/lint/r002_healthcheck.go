package lint

import (
	"fmt"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

var healthcheck = Rule{
	Code: "R002", Name: "healthcheck",
	Severity: Warning, Confidence: Medium,
	What: "A service has no healthcheck.",
	Why: "Swarm routes traffic to a task, and calls an update done, as soon as the process runs, unless a healthcheck tells it to wait. " +
		"With one, a task stays \"starting\" until it is healthy, a broken upgrade fails, and failure_action: rollback has something to act on. " +
		"An image may bring its own; a recipe cannot count on it.",
	Fix: "Add a healthcheck with a test that the image can run, and a start_period that covers a slow first start.",
	Bad: Example{
		{"compose.yml", "version: \"3.8\"\nservices:\n  app:\n    image: nginx:1.27.3\n"},
	},
	Good: Example{
		{"compose.yml", `version: "3.8"
services:
  app:
    image: nginx:1.27.3
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost"]
      interval: 30s
      timeout: 10s
      retries: 10
      start_period: 1m
`},
	},
	Needs: []Need{NeedsCompose},
	Check: eachService(checkHealthcheck),
}

func checkHealthcheck(in *Input, v *Variant, s *stack.Service) []Finding {
	// A service without image is another overlay's fragment (R011 says so), and
	// a job has no traffic to wait for.
	if s.Image == "" || strings.HasSuffix(s.Deploy.Mode, "-job") {
		return nil
	}
	switch check := s.Healthcheck; {
	case check == nil:
		return healthFinding(s, "has no healthcheck", in.keySpan(v, "services", s.Key))
	case check.Disable || len(check.Test) > 0 && check.Test[0] == "NONE":
		return healthFinding(s, "switches the healthcheck of its image off", in.keySpan(v, "services", s.Key, "healthcheck"))
	}
	return nil
}

func healthFinding(s *stack.Service, fault string, span recipe.Span) []Finding {
	return []Finding{{
		Message:  fmt.Sprintf("service %s %s", s.Key, fault),
		Span:     span,
		Evidence: "services." + s.Key + ".healthcheck",
	}}
}
