package lint

import (
	"cmp"
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
		{"images", "vaultwarden/server:1.32.7-alpine programs=/bin/sh,sh,wget\n"},
	},
	Good: Example{
		{"compose.yml", toolExample("wget")},
		{"images", "vaultwarden/server:1.32.7-alpine programs=/bin/sh,sh,wget\n"},
	},
	Needs: []Need{NeedsCompose, NeedsPrograms},
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
	fact := in.Facts.Images[s.Image]
	if fact.Programs == nil {
		return nil
	}
	p := probeOf(s)
	var tools []string
	if p.shell {
		tools = append(tools, cmp.Or(fact.Shell, "/bin/sh"))
	}
	if p.program != "" {
		tools = append(tools, p.program)
	}
	for _, tool := range tools {
		if slices.Contains(fact.Programs, tool) {
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

// probe is what a healthcheck starts, as far as that can be said.
type probe struct {
	shell   bool   // the one of CMD-SHELL
	program string // a name or an absolute path; "" for none, or one that the recipe may bring
}

func probeOf(s *stack.Service) (p probe) {
	if !probes(s.Healthcheck) || len(s.Healthcheck.Test) < 2 {
		return probe{}
	}
	first := s.Healthcheck.Test[1]
	if s.Healthcheck.Test[0] == "CMD-SHELL" {
		p.shell = true
		first, _, _ = strings.Cut(first, " ")
		if !programName.MatchString(first) || slices.Contains(shellWords, first) {
			return p
		}
	}
	switch {
	case path.IsAbs(first) && !brings(s, func(target string) bool { return strings.HasPrefix(path.Clean(first)+"/", target+"/") }):
		p.program = path.Clean(first)
	case !strings.Contains(first, "/") && s.Environment["PATH"] == nil && !brings(s, func(target string) bool { return holds(target, first) }):
		p.program = first
	}
	return p
}

// holds says whether what is mounted there may be the program, or a folder of PATH.
func holds(target, name string) bool {
	base := path.Base(target)
	return base == name || base == "bin" || base == "sbin"
}

// brings says whether the recipe mounts something at such a place.
func brings(s *stack.Service, at func(target string) bool) bool {
	return slices.ContainsFunc(s.Configs, func(c stack.FileRef) bool { return at(path.Clean(cmp.Or(c.Target, "/"+c.Source))) }) ||
		slices.ContainsFunc(s.Volumes, func(m stack.Mount) bool { return at(path.Clean(m.Target)) })
}

// Probed are the images in which a healthcheck starts a program, each with the paths of
// those that it names by path: what whoever fills in Programs has to find out.
func (in *Input) Probed() map[string][]string {
	images := map[string][]string{}
	for _, v := range in.Variants {
		for _, s := range v.Stack.Services {
			p := probeOf(s)
			if !p.shell && p.program == "" {
				continue
			}
			images[s.Image] = slices.Concat([]string{}, images[s.Image])
			if path.IsAbs(p.program) && !slices.Contains(images[s.Image], p.program) {
				images[s.Image] = append(images[s.Image], p.program)
			}
		}
	}
	return images
}

var programName = regexp.MustCompile(`^([a-z][a-z0-9_.-]*|/[A-Za-z0-9_./-]+)$`)

// shellWords are the shell's own: words of its grammar, and what it does itself (POSIX,
// Shell Command Language, 2.4, 2.9.1 and 2.14).
var shellWords = strings.Fields(`case do done elif else esac fi for function if in select then time until while
	break continue eval exec exit export readonly return set shift source times trap unset
	alias bg cd command echo false fc fg getopts hash jobs kill let local printf pwd read test true type typeset ulimit umask unalias wait`)
