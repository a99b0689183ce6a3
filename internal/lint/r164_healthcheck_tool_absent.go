package lint

import (
	"fmt"
	"path"
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
	Needs: []Need{NeedsCompose, NeedsImages},
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
	tool := probeTool(s)
	if programs == nil || tool == "" || slices.Contains(programs, tool) {
		return nil
	}
	return []Finding{{
		Message:  fmt.Sprintf("the healthcheck of service %s runs %s, which image %s does not have", s.Key, tool, s.Image),
		Span:     v.Stack.Span("services", s.Key, "healthcheck", "test"),
		Evidence: "services." + s.Key + ".healthcheck.test=" + tool + " " + s.Image,
	}}
}

// probeTool is the program that the probe starts; "" where the recipe may bring
// it, as a config or in a volume.
func probeTool(s *stack.Service) string {
	if !probes(s.Healthcheck) {
		return ""
	}
	test := s.Healthcheck.Test
	if test[0] == "CMD-SHELL" {
		return "sh"
	}
	if len(test) < 2 || test[0] != "CMD" {
		return ""
	}
	mounted := func(target string) bool { return strings.HasPrefix(test[1], target) }
	if slices.ContainsFunc(s.Configs, func(c stack.FileRef) bool { return mounted(c.Target) }) ||
		slices.ContainsFunc(s.Volumes, func(m stack.Mount) bool { return mounted(m.Target) }) {
		return ""
	}
	return path.Base(test[1])
}
