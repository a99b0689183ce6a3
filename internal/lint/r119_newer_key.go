package lint

import (
	"regexp"

	"coopcloud.tech/catalogue/internal/stack"
)

var newerKey = Rule{
	Code: "R119", Name: "newer-key",
	Severity: Error, Confidence: High, Docker: Refuses,
	What: "A key is newer than the version that the file says.",
	Why: "Docker validates each file against the schema of the version that it names: rollback_config came with 3.7, " +
		"secret templates with 3.8, pids limits with 3.9. In a file that says less they are unknown keys, which are fatal.",
	Fix:   "Raise version: in every compose file.",
	Bad:   Example{{"compose.yml", "version: \"3.3\"\nservices:\n  app:\n    image: nginx:1.27.3\n    init: true\n"}},
	Good:  Example{{"compose.yml", "version: \"3.8\"\nservices:\n  app:\n    image: nginx:1.27.3\n    init: true\n"}},
	Check: diagnosed("R119", raiseVersion),
}

var cameWith = regexp.MustCompile(`came with version 3\.([0-9]+)`)

func raiseVersion(in *Input, _ *Variant, d stack.Diagnostic, f *Finding) {
	version := "3.8"
	if m := cameWith.FindStringSubmatch(d.Message); m != nil && (len(m[1]) > 1 || m[1] > "8") {
		version = "3." + m[1]
	}
	f.Repairs = in.setVersion(version, in.versionFiles(d.Span.File)...)
}
