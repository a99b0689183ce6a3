package lint

import (
	"regexp"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

// eachDiagnostic turns the stack's own diagnostics that match into findings.
// Those that another finding already explains are left out.
func eachDiagnostic(match func(stack.Diagnostic) bool, severity func(*Input, stack.Diagnostic) Severity) func(*Input) []Finding {
	return eachVariant(func(in *Input, v *Variant) []Finding {
		var found []Finding
		refused := refusedPaths(v)
		for _, d := range v.Stack.Diagnostics {
			if d.Docker != stack.Refuse && refused[d.Path] {
				continue // what is refused is not also ignored or mangled
			}
			if match(d) && !in.explained(v, d) {
				finding := in.diagnosed(d)
				finding.Severity = severity(in, d)
				found = append(found, finding)
			}
		}
		return found
	})
}

func refusedPaths(v *Variant) map[string]bool {
	paths := map[string]bool{}
	for _, d := range v.Stack.Diagnostics {
		if d.Docker == stack.Refuse && d.Path != "" {
			paths[d.Path] = true
		}
	}
	return paths
}

func always(s Severity) func(*Input, stack.Diagnostic) Severity {
	return func(*Input, stack.Diagnostic) Severity { return s }
}

// listIndex is left out of the evidence: it moves when other entries do.
var listIndex = regexp.MustCompile(`\.[0-9]+(\.|$)`)

func (in *Input) diagnosed(d stack.Diagnostic) Finding {
	message, fix := splitAdvice(d.Message)
	if d.Code == stack.CodeUnsetVariable {
		fix = "Set it in .env.sample or abra.sh, give a default as in ${NAME:-default}, or write $$ for a dollar sign."
	}
	return Finding{
		Message:  message,
		Fix:      fix,
		Span:     d.Span,
		Evidence: d.Code + " " + listIndex.ReplaceAllString(d.Path, "$1") + " " + in.text(d.Span),
	}
}

// splitAdvice cuts what to do from what was found: diagnostics say both in one
// line, "found; do this".
func splitAdvice(message string) (found, advice string) {
	at := strings.LastIndex(message, "; ")
	if at < 0 || strings.ContainsRune(message[at:], '"') {
		return message, ""
	}
	advice = message[at+2:]
	return message[:at], strings.ToUpper(advice[:1]) + advice[1:] + "."
}

// explained says whether another finding is the same fault: one cause, one
// finding.
func (in *Input) explained(v *Variant, d stack.Diagnostic) bool {
	if in.Recipe == nil {
		// An env that holds nothing but the stack's name was not given.
		return d.Code == stack.CodeUnsetVariable && len(in.Env.Vars) <= 1
	}
	switch d.Code {
	case stack.CodeMissingImage: // R011
		return true
	case stack.CodeInvalidName:
		return in.unversionedConfig(v, d.Path)
	case stack.CodeUnsetVariable:
		return in.unversionedConfig(v, d.Path) || in.optional(d.Span)
	}
	return slices.ContainsFunc(in.Recipe.Faults, func(f recipe.Fault) bool { // R101
		return f.Span.File == d.Span.File && (f.Code == d.Code || d.Code == stack.CodeUnreadable)
	})
}

// unversionedConfig says whether R012 reports the name at the path.
func (in *Input) unversionedConfig(v *Variant, path string) bool {
	key, isConfig := strings.CutPrefix(path, "configs.")
	key, isName := strings.CutSuffix(key, ".name")
	return isConfig && isName && len(in.unversioned(v, key)) > 0
}

// optional says whether .env.sample has every variable of the value that is not
// set: commented out, so that leaving it empty is a choice.
func (in *Input) optional(span recipe.Span) bool {
	named := variables(in.text(span))
	for _, variable := range named {
		if _, set := in.Env.Vars[variable.name]; !set && !variable.hasDefault && !in.offered[variable.name] {
			return false
		}
	}
	return len(named) > 0
}
