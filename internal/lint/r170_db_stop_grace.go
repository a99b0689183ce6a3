package lint

import (
	"fmt"

	"coopcloud.tech/catalogue/internal/stack"
)

var dbStopGrace = Rule{
	Code: "R170", Name: "db-stop-grace",
	Severity: Info, Confidence: Medium,
	What: "A database is killed 10 s after it was asked to stop.",
	Why: "10 s is Swarm's stop_grace_period. A database that is still writing its memory to disk is then killed, starts with a recovery, and loses what is kept " +
		"only on a clean stop: Postgres its statistics, so that autovacuum forgets the large tables (seen by Bonfire's maintainers).",
	Fix:   "Add stop_grace_period: 1m, or more for large data.",
	Bad:   Example{{"compose.yml", graceExample("")}},
	Good:  Example{{"compose.yml", graceExample("    stop_grace_period: 1m\n")}},
	Needs: []Need{NeedsCompose},
	Check: eachService(checkStopGrace),
}

func graceExample(more string) string {
	return `services:
  app:
    image: postgres:16.6
` + more + `    volumes:
      - postgres:/var/lib/postgresql/data
volumes:
  postgres:
`
}

func checkStopGrace(in *Input, v *Variant, s *stack.Service) []Finding {
	if s.StopGracePeriod != nil || !isDatabase(s) || !keepsData(s) {
		return nil
	}
	key := in.keySpan(v, "services", s.Key)
	return []Finding{{
		Message:  fmt.Sprintf("service %s is a database, and is killed after 10 s when it stops; it says no stop_grace_period", s.Key),
		Span:     key,
		Repairs:  in.insertEntry("Add stop_grace_period: 1m", false, in.writtenKey(v, "services", s.Key), "stop_grace_period: 1m"),
		Evidence: "services." + s.Key + ".stop_grace_period",
	}}
}
