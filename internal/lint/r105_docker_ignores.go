package lint

import (
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/stack"
)

var dockerIgnores = Rule{
	Code: "R105", Name: "docker-ignores",
	Severity: Warning, Confidence: High,
	What: "docker stack deploy drops a key.",
	Why: "Sixteen keys of a service get one line of warning, others none at all: privileged, devices, security_opt, network_mode, " +
		"a depends_on list, the host address of a port. Whoever relies on them has neither the order, the hardening nor the reach that the file promises.",
	Fix:   "Remove the key, or use what Swarm has for it.",
	Bad:   Example{{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n    privileged: true\n"}},
	Good:  Example{{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n    cap_add: [NET_ADMIN]\n"}},
	Check: eachDiagnostic(func(d stack.Diagnostic) bool { return d.Docker == stack.Ignore }, ignoredSeverity),
}

// harmless keys cost the app nothing when they are dropped, or only what our
// engine makes up for (it starts services in the order of depends_on).
var harmless = []string{"build", "container_name", "create_host_path", "depends_on", "expose", "links", "pull_policy"}

func ignoredSeverity(_ *Input, d stack.Diagnostic) Severity {
	if slices.Contains(harmless, d.Path[strings.LastIndexByte(d.Path, '.')+1:]) {
		return Info
	}
	return Warning
}
