package lint

import (
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/stack"
)

var deployFails = Rule{
	Code: "R103", Name: "deploy-fails",
	Severity: Error, Confidence: High,
	What: "docker stack deploy loads the stack and then fails.",
	Why: "Docker's loader passes undefined networks, volumes, secrets and configs, missing files, bad image references and names that are " +
		"too long; its converter or the engine stops at them, when networks may already have been created and old services removed.",
	Fix: "Define what is used, or write its name as it is defined.",
	Bad: Example{{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n    networks: [proxy]\n"}},
	Good: Example{
		{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n    networks: [proxy]\nnetworks:\n  proxy:\n    external: true\n"},
	},
	Check: eachDiagnostic(func(d stack.Diagnostic) bool { return d.Docker == stack.Refuse && afterLoading(d) }, failureSeverity),
}

// late are the codes of what Docker's loader passes.
var late = []string{
	stack.CodeInvalidImage, stack.CodeInvalidName, stack.CodeInvalidSetting, stack.CodeNameTooLong, stack.CodeObjectSize, stack.CodeRelativeBind,
}

// fragmentary are the codes that every overlay has when it is judged alone: the
// base file defines what it uses.
var fragmentary = []string{
	stack.CodeMissingImage, stack.CodeUndefinedConfig, stack.CodeUndefinedNetwork, stack.CodeUndefinedSecret, stack.CodeUndefinedVolume,
}

func afterLoading(d stack.Diagnostic) bool {
	switch d.Code {
	case stack.CodeFileMissing: // an env_file is read at loading, configs and secrets later
		return !strings.Contains(d.Path, "env_file")
	case stack.CodeConflict: // of ports and targets; of keys at loading
		return strings.HasPrefix(d.Path, "services.")
	}
	return slices.Contains(late, d.Code) || slices.Contains(fragmentary, d.Code)
}

func failureSeverity(in *Input, d stack.Diagnostic) Severity {
	if in.Recipe == nil && slices.Contains(fragmentary, d.Code) {
		return Warning
	}
	return Error
}
