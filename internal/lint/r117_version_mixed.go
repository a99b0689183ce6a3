package lint

import "coopcloud.tech/catalogue/internal/stack"

var versionMixed = Rule{
	Code: "R117", Name: "version-mixed",
	Severity: Error, Confidence: High, Docker: Refuses,
	What: "Two compose files say different versions.",
	Why: "Docker merges only files of one version and counts a missing one as 3.13: a base file with \"3.8\" and an overlay without it fail " +
		"with \"version mismatched between two composefiles\", which names neither. Tools that drop version: file by file lead there.",
	Fix: "Write the same version in every compose file.",
	Bad: Example{
		{"compose.yml", "version: \"3.8\"\nservices:\n  app:\n    image: nginx:1.27.3\n"},
		{"compose.smtp.yml", "services:\n  app:\n    environment:\n      SMTP_HOST: mail\n"},
	},
	Good: Example{
		{"compose.yml", "version: \"3.8\"\nservices:\n  app:\n    image: nginx:1.27.3\n"},
		{"compose.smtp.yml", "version: \"3.8\"\nservices:\n  app:\n    environment:\n      SMTP_HOST: mail\n"},
	},
	Check: diagnosed("R117", sameVersion),
}

// sameVersion repeats what the first file says.
func sameVersion(in *Input, v *Variant, d stack.Diagnostic, f *Finding) {
	f.Span = in.versionSpan(d.Span)
	if version := in.raw(&Variant{Files: v.Files[:1]}, "version"); version != "" {
		f.Repairs = in.setVersion(version, d.Span.File)
	}
}
