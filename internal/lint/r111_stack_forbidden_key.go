package lint

import "coopcloud.tech/catalogue/internal/stack"

var stackForbiddenKey = Rule{
	Code: "R111", Name: "stack-forbidden-key",
	Severity: Error, Confidence: High, Docker: Refuses,
	What: "A key that docker stack deploy forbids by name.",
	Why: "extends, volumes_from, volume_driver, cpu_quota, cpu_shares, cpuset, mem_limit and memswap_limit come from versions 1 and 2 of " +
		"the format. Docker stops with \"Configuration contains forbidden properties\" and names neither the service nor the file.",
	Fix:   "Set limits under deploy.resources, volumes at the top of the file, and write out what extends would bring.",
	Bad:   app("    mem_limit: 512m\n"),
	Good:  app("    deploy:\n      resources:\n        limits:\n          memory: 512M\n"),
	Check: diagnosed("R111", removeForbiddenKey),
}

func removeForbiddenKey(in *Input, _ *Variant, d stack.Diagnostic, f *Finding) {
	f.Repairs = in.removeKey("Remove "+lastKey(d.Path), false, d.Span)
}
