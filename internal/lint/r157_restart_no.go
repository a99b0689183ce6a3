package lint

import "coopcloud.tech/catalogue/internal/stack"

var restartNo = Rule{
	Code: "R157", Name: "restart-no",
	Severity: Warning, Confidence: High, Docker: Mangles,
	What: "restart: \"no\" restarts.",
	Why: "Docker uses restart where deploy.restart_policy is missing, in spite of its warning that it does not, and turns no into nothing: " +
		"the engine's default, restart on any exit. A task that should run once runs again every five seconds.",
	Fix:   "Write deploy.restart_policy with condition: none.",
	Bad:   app("    restart: \"no\"\n"),
	Good:  app("    deploy:\n      restart_policy:\n        condition: none\n"),
	Check: eachService(checkRestartNo),
}

func checkRestartNo(in *Input, v *Variant, s *stack.Service) []Finding {
	if s.Restart != "no" || s.Deploy.Restart != nil {
		return nil
	}
	return []Finding{{
		Message:  "restart: no is not what docker stack deploy does: it restarts on any exit",
		Span:     v.Stack.Span("services", s.Key, "restart"),
		Evidence: "services." + s.Key + ".restart",
	}}
}
