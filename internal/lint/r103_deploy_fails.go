package lint

import (
	"slices"

	"coopcloud.tech/catalogue/internal/stack"
)

var deployFails = Rule{
	Code: "R103", Name: "deploy-fails",
	Severity: Error, Confidence: High, Docker: Fails,
	What: "docker stack deploy loads the stack and then fails.",
	Why: "Docker's loader passes a port that is published twice, two volumes on one path, a constraint without an operator; its " +
		"converter or the engine stops at them, when networks may already have been created and old services removed. " +
		"What has a rule of its own is reported there.",
	Fix: "Change the value as the message says.",
	Bad: Example{
		{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n    deploy:\n      placement:\n        constraints: [node.role = manager]\n"},
	},
	Good: Example{
		{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n    deploy:\n      placement:\n        constraints: [node.role == manager]\n"},
	},
	Check: diagnosed("R103", lessAlone),
}

// fragmentary are the codes that every overlay has when it is judged alone: the
// base file defines what it uses.
var fragmentary = []string{
	stack.CodeMissingImage, stack.CodeUndefinedConfig, stack.CodeUndefinedNetwork, stack.CodeUndefinedSecret, stack.CodeUndefinedVolume,
}

// lessAlone makes a warning of what may stand in another file.
func lessAlone(in *Input, _ *Variant, d stack.Diagnostic, f *Finding) {
	if in.Recipe == nil && slices.Contains(fragmentary, d.Code) {
		f.Severity = Warning
	}
}
