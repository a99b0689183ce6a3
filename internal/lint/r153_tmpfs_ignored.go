package lint

import "coopcloud.tech/catalogue/internal/stack"

var tmpfsIgnored = Rule{
	Code: "R153", Name: "tmpfs-ignored",
	Severity: Warning, Confidence: High, Docker: Ignores,
	What: "tmpfs has no effect under docker stack deploy.",
	Why: "Docker drops the short form without a word: what should stay in memory is written to the node's disk, " +
		"and with read_only: true the app cannot write there at all.",
	Fix:   "Write it under volumes, with type: tmpfs and target:.",
	Bad:   app("    tmpfs: [/run]\n"),
	Good:  app("    volumes:\n      - type: tmpfs\n        target: /run\n"),
	Check: diagnosed("R153", removeTmpfs),
}

func removeTmpfs(in *Input, _ *Variant, d stack.Diagnostic, f *Finding) {
	f.Repairs = in.removeKey("Remove tmpfs", false, d.Span)
}
