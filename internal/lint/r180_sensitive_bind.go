package lint

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"coopcloud.tech/catalogue/internal/stack"
)

var sensitiveBind = Rule{
	Code: "R180", Name: "sensitive-bind",
	Severity: Warning, Confidence: High,
	What: "A service gets a folder of the node that the node itself lives by.",
	Why: "Who can write to /etc, /root or /var/lib/docker is root on the node and reaches every other app; who can read them finds keys, hashes and " +
		"the volumes of all apps. Read-only binds, as monitoring needs them, are an info.",
	Fix:   "Use a named volume, or bind the one folder or file that is needed, read-only.",
	Bad:   Example{{"compose.yml", bindExample("/etc:/host/etc")}},
	Good:  Example{{"compose.yml", bindExample("/etc/localtime:/etc/localtime:ro")}},
	Needs: []Need{NeedsCompose},
	Check: eachService(checkSensitiveBind),
}

func bindExample(bind string) string {
	return "services:\n  app:\n    image: nginx:1.27.3\n    volumes:\n      - " + bind + "\n"
}

var (
	// sensitive folders as a whole; what is below may be harmless.
	sensitive = []string{
		"/", "/bin", "/boot", "/dev", "/etc", "/etc/passwd", "/etc/shadow", "/etc/sudoers", "/home", "/lib", "/lib64",
		"/run", "/sbin", "/usr", "/var", "/var/lib", "/var/run",
	}
	// sensitiveTrees with all that is below.
	sensitiveTrees = []string{"/etc/docker", "/etc/ssh", "/etc/sudoers.d", "/proc", "/root", "/sys", "/var/lib/containerd", "/var/lib/docker"}
)

// checkSensitiveBind says once for each service what it writes to, and once what
// it reads.
func checkSensitiveBind(_ *Input, v *Variant, s *stack.Service) []Finding {
	var found []Finding
	for _, readOnly := range []bool{false, true} {
		var folders []string
		first := -1
		for i, m := range s.Volumes {
			if m.Type != "bind" || m.ReadOnly != readOnly || !isSensitive(m.Source) {
				continue
			}
			if folders = append(folders, path.Clean(m.Source)); first < 0 {
				first = i
			}
		}
		if first >= 0 {
			found = append(found, sensitiveFinding(v, s, folders, first, readOnly))
		}
	}
	return found
}

func sensitiveFinding(v *Variant, s *stack.Service, folders []string, first int, readOnly bool) Finding {
	severity, does := Warning, "writes to"
	if readOnly {
		severity, does = Info, "reads"
	}
	return Finding{
		Severity: severity,
		Message:  fmt.Sprintf("service %s %s %s of the node", s.Key, does, strings.Join(folders, ", ")),
		Span:     v.Stack.Span("services", s.Key, "volumes", strconv.Itoa(first)),
		Evidence: "services." + s.Key + ".volumes " + strings.Join(folders, " "),
	}
}

func isSensitive(source string) bool {
	source = path.Clean(source)
	return slices.Contains(sensitive, source) || slices.ContainsFunc(sensitiveTrees, func(tree string) bool {
		return source == tree || strings.HasPrefix(source, tree+"/")
	})
}
