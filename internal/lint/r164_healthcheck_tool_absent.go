package lint

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/stack"
)

var healthcheckToolAbsent = Rule{
	Code: "R164", Name: "healthcheck-tool-absent",
	Severity: Warning, Confidence: High,
	What: "A healthcheck runs a program that the image does not have.",
	Why: "The probe runs inside the container. Where curl, or the shell that CMD-SHELL needs, is not in the image, every probe fails, " +
		"the task is never healthy, and the service restarts for ever (BerriAI/litellm#9295, opf/openproject-docker-compose#150).",
	Fix: "Use a program that the image has: wget of busybox, the app's own health command, or a script from a config.",
	Bad: Example{
		{"compose.yml", toolExample("curl")},
		{"images", "vaultwarden/server:1.32.7-alpine programs=sh,wget\n"},
	},
	Good: Example{
		{"compose.yml", toolExample("wget")},
		{"images", "vaultwarden/server:1.32.7-alpine programs=sh,wget\n"},
	},
	Needs: []Need{NeedsCompose, NeedsImages, NeedsPrograms},
	Check: eachService(checkHealthcheckTool),
}

func toolExample(tool string) string {
	return fmt.Sprintf(`services:
  app:
    image: vaultwarden/server:1.32.7-alpine
    healthcheck:
      test: ["CMD", %q, "http://localhost/alive"]
`, tool)
}

func checkHealthcheckTool(in *Input, v *Variant, s *stack.Service) []Finding {
	programs := in.Facts.Images[s.Image].Programs
	if programs == nil {
		return nil
	}
	for _, tool := range probeTools(s) {
		if slices.Contains(programs, tool) {
			continue
		}
		return []Finding{{
			Message:  fmt.Sprintf("the healthcheck of service %s runs %s, which image %s does not have", s.Key, tool, s.Image),
			Span:     v.Stack.Span("services", s.Key, "healthcheck", "test"),
			Evidence: "services." + s.Key + ".healthcheck.test=" + tool + " " + s.Image,
		}}
	}
	return nil
}

// probeTools are the programs that the probe starts, as far as that can be said,
// but for those that the recipe brings, as a config or in a volume.
func probeTools(s *stack.Service) []string {
	if !probes(s.Healthcheck) || len(s.Healthcheck.Test) < 2 {
		return nil
	}
	first := s.Healthcheck.Test[1]
	if s.Healthcheck.Test[0] == "CMD-SHELL" {
		if word, _, _ := strings.Cut(first, " "); programName.MatchString(word) && !slices.Contains(shellWords, word) {
			return []string{"sh", word}
		}
		return []string{"sh"}
	}
	mounted := func(target string) bool { return target != "" && strings.HasPrefix(first, target) }
	if slices.ContainsFunc(s.Configs, func(c stack.FileRef) bool { return mounted(c.Target) }) ||
		slices.ContainsFunc(s.Volumes, func(m stack.Mount) bool { return mounted(m.Target) }) {
		return nil
	}
	return []string{path.Base(first)}
}

var programName = regexp.MustCompile(`^[a-z][a-z0-9_.-]*$`)

// shellWords are no programs.
var shellWords = []string{"cd", "command", "echo", "exec", "exit", "export", "eval", "false", "for", "if", "set", "test", "true", "until", "while"}
