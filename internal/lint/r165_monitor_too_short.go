package lint

import (
	"fmt"
	"time"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

var monitorTooShort = Rule{
	Code: "R165", Name: "monitor-too-short",
	Severity: Warning, Confidence: Medium,
	What: "A rollback is asked for, but what goes wrong shows only after Swarm has stopped looking.",
	Why: "failure_action: rollback acts on tasks that fail while they start, and then for the time of monitor: 5 s, where nothing is said. " +
		"With a healthcheck a task is starting until it is healthy, so the update waits. Without one it counts as started at once, and an app that " +
		"gives up on its database after 20 s was by then an update that is done. A monitor that is written for a healthcheck must last for interval " +
		"times retries, or the check cannot turn unhealthy within it.",
	Fix:       "Add a healthcheck, or raise update_config.monitor.",
	Bad:       Example{{"compose.yml", monitorExample("")}},
	Good:      Example{{"compose.yml", monitorExample("        monitor: 1m\n")}},
	Threshold: &Threshold{Default: enoughMonitor, Min: 1, Max: 3600, Unit: "seconds"},
	Needs:     []Need{NeedsCompose},
	Check:     eachService(checkMonitor),
}

// enoughMonitor covers the time-outs with which most apps give up on what they need.
const enoughMonitor = 30

func monitorExample(more string) string {
	return `services:
  app:
    image: nginx:1.27.3
    deploy:
      update_config:
        failure_action: rollback
` + more
}

func checkMonitor(in *Input, v *Variant, s *stack.Service) []Finding {
	update := s.Deploy.Update
	if update == nil || update.FailureAction != "rollback" || s.Image == "" || isJob(s) {
		return nil
	}
	monitor := update.Monitor
	if monitor == 0 {
		monitor = 5 * time.Second // swarmkit's default
	}
	needed := time.Duration(in.threshold("R165", enoughMonitor)) * time.Second
	message := fmt.Sprintf("service %s has no healthcheck, and rolls back only if it fails within %s", s.Key, monitor)
	if probes(s.Healthcheck) {
		if update.Monitor == 0 {
			return nil // the update waits for the healthcheck; that it monitors was not asked for
		}
		needed = patience(s.Healthcheck)
		message = fmt.Sprintf("service %s is monitored for %s, but its healthcheck takes %s to fail", s.Key, monitor, needed)
	}
	if monitor >= needed {
		return nil
	}
	return []Finding{{
		Message:  message,
		Span:     in.monitorSpan(v, s),
		Repairs:  in.monitorRepairs(v, s, needed),
		Evidence: "services." + s.Key + ".deploy.update_config.monitor",
	}}
}

func (in *Input) monitorSpan(v *Variant, s *stack.Service) recipe.Span {
	if s.Deploy.Update.Monitor != 0 {
		return v.Stack.Span("services", s.Key, "deploy", "update_config", "monitor")
	}
	return v.Stack.Span("services", s.Key, "deploy", "update_config", "failure_action")
}

func (in *Input) monitorRepairs(v *Variant, s *stack.Service, needed time.Duration) []Repair {
	title := "Set monitor: " + needed.String()
	if s.Deploy.Update.Monitor != 0 {
		return in.rewrite(title, false, in.monitorSpan(v, s), needed.String())
	}
	return in.insertEntry(title, false, in.writtenKey(v, "services", s.Key, "deploy", "update_config"), "monitor: "+needed.String())
}

// isJob reports whether the service runs to its end, so that there is no traffic
// to keep up.
func isJob(s *stack.Service) bool {
	return s.Deploy.Mode == "replicated-job" || s.Deploy.Mode == "global-job"
}
