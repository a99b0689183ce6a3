package lint

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"coopcloud.tech/catalogue/internal/stack"
)

var hardeningIgnored = Rule{
	Code: "R115", Name: "hardening-ignored",
	Severity: Error, Confidence: High, Docker: Ignores,
	What: "A security setting that docker stack deploy drops.",
	Why: "security_opt, userns_mode, pid, ipc, cgroupns_mode and cgroup_parent never reach the container: who reads no-new-privileges or a seccomp profile in the file " +
		"believes in a protection that is not there (seen live in wader/postfix-relay#182). Linters for docker compose ask for exactly these keys. " +
		"The other way round, privileged: true or pid: host is dropped too, and the app lacks the rights that it needs; that is a warning.",
	Fix:   "Remove it; drop capabilities with cap_drop and make the root read_only, which work, and set the rest for the whole engine in daemon.json.",
	Bad:   app("    security_opt:\n      - no-new-privileges:true\n"),
	Good:  app("    cap_drop: [ALL]\n    read_only: true\n"),
	Check: diagnosed("R115", judgeHardening),
}

var hardening = []string{"privileged", "security_opt", "userns_mode", "pid", "ipc", "cgroupns_mode", "cgroup_parent"}

func isHardening(d stack.Diagnostic) bool { return slices.Contains(hardening, lastKey(d.Path)) }

// widening values ask for more rights, not for fewer.
var widening = []string{"true", "host", "unconfined"}

func judgeHardening(in *Input, _ *Variant, d stack.Diagnostic, f *Finding) {
	key := lastKey(d.Path)
	f.Repairs = in.removeKey("Remove "+key, false, d.Span)
	switch values := in.scalarsAt(d); {
	case key == "privileged" && slices.Equal(values, []string{"false"}):
		f.Severity, f.Message = Info, "privileged: Swarm does not support it, and no container is privileged"
	case len(values) > 0 && !slices.ContainsFunc(values, narrows):
		f.Severity = Warning
		f.Message += "; the container runs without these rights"
	default:
		f.Message += "; the container runs without this protection"
	}
}

func narrows(value string) bool {
	return !slices.ContainsFunc(widening, func(w string) bool {
		return value == w || value != "no-new-privileges:true" && (strings.HasSuffix(value, ":"+w) || strings.HasSuffix(value, "="+w))
	})
}

// scalarsAt are the values below the key that the diagnostic is about.
func (in *Input) scalarsAt(d stack.Diagnostic) []string {
	_, entry, ok := in.at(d.Span, false)
	if !ok {
		return nil
	}
	value := entry.value()
	if value.Kind == yaml.AliasNode {
		value = value.Alias
	}
	if value.Kind == yaml.ScalarNode {
		return []string{value.Value}
	}
	var values []string
	for _, item := range value.Content {
		values = append(values, item.Value)
	}
	return values
}
