package lint

import (
	"fmt"
	"strings"

	"coopcloud.tech/catalogue/internal/stack"
)

var startFirstStateful = Rule{
	Code: "R167", Name: "start-first-stateful",
	Severity: Error, Confidence: High,
	What: "A database is updated start-first.",
	Why: "With start-first two databases open one data folder for a while: the second waits for a lock until it fails, or both write and the data is damaged " +
		"(helm/charts#6343, baserow/baserow#1618).",
	Fix:   "Write order: stop-first.",
	Bad:   Example{{"compose.yml", statefulExample("start-first")}},
	Good:  Example{{"compose.yml", statefulExample("stop-first")}},
	Needs: []Need{NeedsCompose},
	Check: eachService(checkStartFirstStateful),
}

func statefulExample(order string) string {
	return strings.Replace(`services:
  app:
    image: mariadb:11.4.4
    volumes:
      - mariadb:/var/lib/mysql
    deploy:
      update_config:
        order: ORDER
volumes:
  mariadb:
`, "ORDER", order, 1)
}

func checkStartFirstStateful(in *Input, v *Variant, s *stack.Service) []Finding {
	key := startsFirst(s)
	if key == "" || !isDatabase(s) || !keepsData(s) {
		return nil
	}
	return []Finding{in.orderFinding(v, s, key, fmt.Sprintf("service %s is a database with data of its own, and starts its new task beside the old one", s.Key))}
}
