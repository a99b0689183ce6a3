package lint

import "coopcloud.tech/catalogue/internal/stack"

var dockerRefuses = Rule{
	Code: "R102", Name: "docker-refuses",
	Severity: Error, Confidence: High,
	What: "docker stack deploy refuses to load the stack.",
	Why: "Docker reads compose files by its stack schema 3.13, not by compose-spec: profiles, name:, a depends_on map and 40 more keys are fatal. " +
		"It stops at the first fault, without file or line; this rule reports all of them, each where it stands.",
	Fix:   "Change the key or the value as the message says.",
	Bad:   Example{{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n    profiles: [web]\n"}},
	Good:  Example{{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n"}},
	Check: eachDiagnostic(func(d stack.Diagnostic) bool { return d.Docker == stack.Refuse && !afterLoading(d) }, always(Error)),
}
