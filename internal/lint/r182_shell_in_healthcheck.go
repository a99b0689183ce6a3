package lint

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

var shellInHealthcheck = Rule{
	Code: "R182", Name: "shell-in-healthcheck",
	Severity: Warning, Confidence: High,
	What: "A healthcheck without a shell uses what only a shell understands.",
	Why: `["CMD", "curl", "-f", "http://localhost", "||", "exit", "1"] starts no shell: curl gets "||", "exit" and "1" as three more addresses, fails on them, ` +
		"and the service is never healthy. A whole command line in one string is looked for as a program of that name. No other tool checks this (compose-lint, ADR-007).",
	Fix:   `Write CMD-SHELL and the line as one string, or leave out what is for the shell: "|| exit 1" adds nothing.`,
	Bad:   Example{{"compose.yml", testExample(`["CMD", "curl", "-f", "http://localhost", "||", "exit", "1"]`)}},
	Good:  Example{{"compose.yml", testExample(`["CMD-SHELL", "curl -f http://localhost || exit 1"]`)}},
	Needs: []Need{NeedsCompose},
	Check: eachService(checkShellInHealthcheck),
}

func testExample(test string) string {
	return "services:\n  app:\n    image: nginx:1.27.3\n    healthcheck:\n      test: " + test + "\n"
}

func checkShellInHealthcheck(in *Input, v *Variant, s *stack.Service) []Finding {
	if !probes(s.Healthcheck) || s.Healthcheck.Test[0] != "CMD" {
		return nil
	}
	test := s.Healthcheck.Test[1:]
	syntax := shellSyntax(test)
	if syntax == "" {
		return nil
	}
	span := v.Stack.Span("services", s.Key, "healthcheck", "test")
	return []Finding{{
		Message:  fmt.Sprintf("the healthcheck of service %s runs no shell, so that %q is not what it means to one", s.Key, syntax),
		Span:     span,
		Repairs:  in.shellRepair(span, test),
		Evidence: "services." + s.Key + ".healthcheck.test " + syntax,
	}}
}

var (
	shellOperators = []string{"||", "&&", "|", ";", ">", ">>", "<", "2>&1", ">/dev/null", "&"}
	shellVariable  = regexp.MustCompile(`\$(\{[A-Z_][A-Z0-9_]{2,}\}|[A-Z_][A-Z0-9_]{2,}\b|\()`)
)

// shellSyntax is what of a command line only a shell understands; "" where there
// is nothing of the kind, or a shell reads it.
func shellSyntax(words []string) string {
	if len(words) == 0 || startsShell(words) {
		return ""
	}
	if strings.Contains(words[0], " ") && !strings.HasPrefix(words[0], "/") {
		return words[0]
	}
	for _, word := range words {
		if slices.Contains(shellOperators, word) {
			return word
		}
		if found := shellVariable.FindString(word); found != "" {
			return found
		}
	}
	return ""
}

var shells = []string{"ash", "bash", "busybox", "dash", "env", "ksh", "su", "su-exec", "gosu", "sh", "zsh"}

// startsShell also takes what starts another program, which may be a shell.
func startsShell(words []string) bool {
	program := words[0][strings.LastIndexByte(words[0], '/')+1:]
	return slices.Contains(shells, program)
}

// shellRepair writes the words as one line for the shell.
func (in *Input) shellRepair(span recipe.Span, words []string) []Repair {
	text := in.text(span)
	line := strings.Join(words, " ")
	if !strings.HasPrefix(text, "[") || !printable(line) || strings.ContainsAny(line, `"'\$#`) ||
		slices.ContainsFunc(words[1:], func(word string) bool { return strings.ContainsAny(word, " \t*?(){}") }) {
		return nil
	}
	return in.rewrite("Let a shell run it", false, span, `["CMD-SHELL", `+quoted(line)+`]`)
}
