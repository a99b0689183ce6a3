package lint

import (
	"fmt"
	"time"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

var healthcheckNoStartPeriod = Rule{
	Code: "R163", Name: "healthcheck-no-start-period",
	Severity: Warning, Confidence: Medium,
	What: "A healthcheck gives a slow start too little time: no start_period, and interval times retries is short.",
	Why: "Without a start_period the first failed probes count: after retries of them Swarm kills the task and starts the next one, which has as little time. " +
		"A first start that migrates or fills a database never ends (moby/moby#26664, teableio/teable#1213). " +
		"A success within the start_period ends it at once, so that a long one costs nothing.",
	Fix:       "Add a start_period that covers the slowest start, such as 1m.",
	Bad:       Example{{"compose.yml", healthExample("")}},
	Good:      Example{{"compose.yml", healthExample("      start_period: 1m\n")}},
	Threshold: &Threshold{Default: enoughSeconds, Min: 1, Max: 3600, Unit: "seconds"},
	Needs:     []Need{NeedsCompose},
	Check:     eachService(checkStartPeriod),
}

const enoughSeconds = 60

func healthExample(more string) string {
	return `services:
  app:
    image: postgres:16.6
    healthcheck:
      test: ["CMD", "pg_isready", "-U", "postgres"]
      interval: 10s
      retries: 5
` + more
}

func checkStartPeriod(in *Input, v *Variant, s *stack.Service) []Finding {
	enough := time.Duration(in.threshold("R163", enoughSeconds)) * time.Second
	check := s.Healthcheck
	if !probes(check) || check.StartPeriod != nil && *check.StartPeriod > 0 || patience(check) >= enough {
		return nil
	}
	span, repairs := in.startPeriod(v, s)
	return []Finding{{
		Message: fmt.Sprintf("service %s has no start_period, and is killed when it is not healthy %s after its start",
			s.Key, patience(check)),
		Span:     span,
		Repairs:  repairs,
		Evidence: "services." + s.Key + ".healthcheck.start_period",
	}}
}

// startPeriod is where one is missing, and the repair that gives it; 0s is none.
func (in *Input) startPeriod(v *Variant, s *stack.Service) (recipe.Span, []Repair) {
	check := []string{"services", s.Key, "healthcheck"}
	if s.Healthcheck.StartPeriod != nil {
		span := v.Stack.Span(append(check, "start_period")...)
		return span, in.rewrite("Write start_period: 1m", false, span, "1m")
	}
	return in.keySpan(v, check...), in.insertEntry("Add start_period: 1m", false, in.writtenKey(v, check...), "start_period: 1m")
}

// probes reports whether the recipe itself says how health is checked.
func probes(check *stack.Healthcheck) bool {
	return check != nil && !check.Disable && len(check.Test) > 0 && check.Test[0] != "NONE"
}

// patience is how long a task may fail its probes; Docker's defaults are 30 s and 3.
func patience(check *stack.Healthcheck) time.Duration {
	interval, retries := 30*time.Second, uint64(3)
	if check.Interval != nil && *check.Interval > 0 {
		interval = *check.Interval
	}
	if check.Retries != nil && *check.Retries > 0 {
		retries = min(*check.Retries, 1_000_000)
	}
	if interval > 24*time.Hour {
		return interval
	}
	return interval * time.Duration(retries)
}
