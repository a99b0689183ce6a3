package lint

import "coopcloud.tech/catalogue/internal/stack"

var versionUnsupported = Rule{
	Code: "R118", Name: "version-unsupported",
	Severity: Error, Confidence: High, Docker: Refuses,
	What: "A compose file says a version that docker stack deploy does not read.",
	Why: "It reads 3.0 to 3.13. Version 2.x is of docker-compose and has other keys; 3.14 and later never were. " +
		"Docker stops with \"Version in … is unsupported\".",
	Fix:   "Write version: \"3.8\", which Co-op Cloud has settled on.",
	Bad:   Example{{"compose.yml", "version: \"2.4\"\nservices:\n  app:\n    image: nginx:1.27.3\n"}},
	Good:  Example{{"compose.yml", "version: \"3.8\"\nservices:\n  app:\n    image: nginx:1.27.3\n"}},
	Check: diagnosed("R118", settledVersion),
}

func settledVersion(in *Input, _ *Variant, d stack.Diagnostic, f *Finding) {
	f.Repairs = in.setVersion("3.8", in.versionFiles(d.Span.File)...)
}
