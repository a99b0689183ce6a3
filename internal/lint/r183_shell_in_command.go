package lint

import (
	"fmt"
	"strings"

	"coopcloud.tech/catalogue/internal/stack"
)

var shellInCommand = Rule{
	Code: "R183", Name: "shell-in-command",
	Severity: Warning, Confidence: Medium,
	What: "A command or entrypoint uses what only a shell understands, and starts none.",
	Why: "Docker splits command: into words and starts the first one; nothing expands $$NAME or joins two commands with &&. The program gets them as arguments: " +
		"redis-server --requirepass $${REDIS_PASSWORD} has the password ${REDIS_PASSWORD} (compose-lint, ADR-007).",
	Fix:   `Start a shell: ["sh", "-c", "first && exec second"]. Write ${NAME} with one dollar sign where the app's env has the value.`,
	Bad:   Example{{"compose.yml", commandExample(`redis-server --requirepass $${REDIS_PASSWORD}`)}},
	Good:  Example{{"compose.yml", commandExample(`["sh", "-c", "exec redis-server --requirepass $${REDIS_PASSWORD}"]`)}},
	Needs: []Need{NeedsCompose},
	Check: eachService(checkShellInCommand),
}

func commandExample(command string) string {
	return "services:\n  app:\n    image: redis:7.4.1\n    command: " + command + "\n"
}

func checkShellInCommand(_ *Input, v *Variant, s *stack.Service) []Finding {
	key, words := "command", s.Command
	switch {
	case len(s.Entrypoint) > 0 && (startsShell(s.Entrypoint) || strings.HasSuffix(s.Entrypoint[0], ".sh")):
		return nil // it may expand what follows
	case len(s.Entrypoint) > 0 && shellSyntax(s.Entrypoint) != "":
		key, words = "entrypoint", s.Entrypoint
	case len(words) > 0 && strings.HasSuffix(words[0], ".sh"):
		return nil
	}
	syntax := shellSyntax(words)
	if syntax == "" || syntax == firstWord(words) {
		return nil
	}
	return []Finding{{
		Message:  fmt.Sprintf("the %s of service %s starts no shell, so that %q stays as it is", key, s.Key, syntax),
		Span:     v.Stack.Span("services", s.Key, key),
		Evidence: "services." + s.Key + "." + key + " " + syntax,
	}}
}

// firstWord may have blanks: an image's entrypoint can take a whole line.
func firstWord(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return words[0]
}
