package lint

import (
	"fmt"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

var noRollbackOnFailure = Rule{
	Code: "R168", Name: "no-rollback-on-failure",
	Severity: Warning, Confidence: Medium,
	What: "An update of what users see stays broken when it fails.",
	Why: "Swarm's own answer to a failed update is pause: the broken task stays, the old one is gone, and the state \"paused\" lingers and misleads " +
		"whoever waits for the deploy. With rollback the last version comes back by itself. Asked only of app and of services that Traefik routes to.",
	Fix:   "Add update_config with failure_action: rollback under deploy; write pause where that is meant.",
	Bad:   Example{{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n    deploy:\n      restart_policy:\n        condition: on-failure\n"}},
	Good:  Example{{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n    deploy:\n      update_config:\n        failure_action: rollback\n"}},
	Needs: []Need{NeedsCompose},
	Check: eachService(checkNoRollback),
}

func checkNoRollback(in *Input, v *Variant, s *stack.Service) []Finding {
	update := s.Deploy.Update
	if s.Image == "" || isJob(s) || s.Key != "app" && !routed(s) || update != nil && update.FailureAction != "" {
		return nil
	}
	span, repairs := in.rollbackRepairs(v, s)
	return []Finding{{
		Message:  fmt.Sprintf("service %s says no update_config.failure_action: a failed update pauses and stays broken", s.Key),
		Span:     span,
		Repairs:  repairs,
		Evidence: "services." + s.Key + ".deploy.update_config.failure_action",
	}}
}

// rollbackRepairs adds what is missing below the deepest key that is there.
func (in *Input) rollbackRepairs(v *Variant, s *stack.Service) (recipe.Span, []Repair) {
	const title = "Add failure_action: rollback"
	path := []string{"services", s.Key, "deploy", "update_config"}
	if s.Deploy.Update != nil {
		return in.keySpan(v, path...), in.insertEntry(title, false, in.writtenKey(v, path...), "failure_action: rollback")
	}
	span := in.keySpan(v, path[:3]...)
	if deploy := in.writtenKey(v, path[:3]...); deploy.Line > 0 {
		return span, in.insertEntry(title, false, deploy, "update_config:", "  failure_action: rollback")
	}
	return span, in.insertEntry(title, false, in.writtenKey(v, path[:2]...), "deploy:", "  update_config:", "    failure_action: rollback")
}
