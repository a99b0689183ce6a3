package lint

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/stack"
)

var unescapedDollar = Rule{
	Code: "R139", Name: "unescaped-dollar",
	Severity: Error, Confidence: Medium, Docker: Mangles,
	What: "A dollar sign that is meant for the container is taken for a variable, and becomes nothing.",
	Why: "Docker replaces $ and a name everywhere, in commands and passwords too: pa$word arrives as pa, a healthcheck with " +
		"$POSTGRES_USER asks for no user, a password hash loses its salt. What is not set becomes empty, with one line of warning at most.",
	Fix:   "Write $$ for a dollar sign that the container shall see.",
	Bad:   app("    environment:\n      GREETING: pa$word\n"),
	Good:  app("    environment:\n      GREETING: pa$$word\n"),
	Check: diagnosed("R139", escapeDollars),
}

// runByShell are the keys whose text a shell in the container reads.
var runByShell = regexp.MustCompile(`^services\.(.+)\.(healthcheck\.test|command|entrypoint)(\.[0-9]+)?$`)

// shellOwn are variables that every shell sets, and operators do not.
var shellOwn = []string{"HOME", "HOSTNAME", "OLDPWD", "OPTARG", "PATH", "PID", "PPID", "PWD", "RANDOM", "SECONDS", "SHELL", "UID", "USER"}

// shellVariables are the variables of the value that are not set and surely not
// the operator's to set: in lower case without braces, or, in a command line, one
// that the service's own environment or the shell sets.
func (in *Input) shellVariables(v *Variant, d stack.Diagnostic) []variableAt {
	var meant []variableAt
	for _, x := range in.variablesAt(d.Span) {
		if _, set := in.Env.Vars[x.name]; set || x.hasDefault || in.offered[x.name] {
			continue
		}
		if !x.braced && strings.ToUpper(x.name) != x.name || in.shellSets(v, d.Path, x.name) {
			meant = append(meant, x)
		}
	}
	return meant
}

func (in *Input) shellSets(v *Variant, path, name string) bool {
	m := runByShell.FindStringSubmatch(path)
	if m == nil {
		return false
	}
	if slices.Contains(shellOwn, name) {
		return true
	}
	service := v.Stack.Service(m[1])
	if service == nil {
		return false
	}
	_, set := service.Environment[name]
	return set
}

// escapeDollars doubles the dollar signs that are meant for the container. The
// finding is shown at the first of them.
func escapeDollars(in *Input, v *Variant, d stack.Diagnostic, f *Finding) {
	var names []string
	edits := in.invalidDollars(d)
	seen := map[string]bool{}
	for _, x := range in.shellVariables(v, d) {
		edits = append(edits, Edit{File: d.Span.File, Start: x.start, End: x.start, Text: "$"})
		if !seen[x.name] {
			names, seen[x.name] = append(names, "$"+x.name), true
		}
	}
	if len(edits) == 0 {
		return
	}
	f.Message = fmt.Sprintf("docker stack deploy takes %s for a variable, and it becomes empty", strings.Join(names, ", "))
	if d.Code != stack.CodeUnsetVariable {
		f.Message = "docker stack deploy takes a dollar sign of this value for a variable, and loses it"
	}
	f.Fix = "" // the rule's
	slices.SortFunc(edits, func(a, b Edit) int { return a.Start - b.Start })
	f.Repairs = []Repair{{Title: "Write $$ for the dollar sign", Edits: edits}}
	in.narrow(f, edits[0].Start, 1)
}
