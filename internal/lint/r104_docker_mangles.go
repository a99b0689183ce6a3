package lint

import "coopcloud.tech/catalogue/internal/stack"

var dockerMangles = Rule{
	Code: "R104", Name: "docker-mangles",
	Severity: Warning, Confidence: High,
	What: "docker stack deploy uses a value that is not the one written.",
	Why: "Unquoted values are what YAML makes of them: 0777 arrives as 511, 1.10 as 1.1, 1e3 as 1000; pa$word arrives as pa. " +
		"Nothing warns, and the app gets a value that stands in no file.",
	Fix:   "Quote the value, and write $$ for a dollar sign.",
	Bad:   Example{{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n    environment:\n      UMASK: 0777\n"}},
	Good:  Example{{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n    environment:\n      UMASK: \"0777\"\n"}},
	Check: eachDiagnostic(func(d stack.Diagnostic) bool { return d.Docker == stack.Mangle }, always(Warning)),
}
