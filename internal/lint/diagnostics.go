package lint

import (
	"regexp"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

// byRule are a stack's diagnostics by the rule that reports them.
type byRule map[string][]stack.Diagnostic

// diagnosed is the check of a rule that reports the stack's own diagnostics,
// those that claims gives it. refine may make each finding say more.
func diagnosed(rule string, refine ...func(*Input, *Variant, stack.Diagnostic, *Finding)) func(*Input) []Finding {
	return eachVariant(func(in *Input, v *Variant) []Finding {
		var found causes
		for _, d := range in.diagnostics(v)[rule] {
			f := in.finding(d)
			for _, r := range refine {
				r(in, v, d, &f)
			}
			found.add(f)
		}
		return found.findings
	})
}

// causes are findings of which each has its own cause: what an anchor holds is
// one fault however often it is used.
type causes struct {
	findings []Finding
	index    map[cause]int
}

type cause struct {
	span    recipe.Span
	message string
}

func (c *causes) add(f Finding) {
	if c.index == nil {
		c.index = map[cause]int{}
	}
	key := cause{f.Span, f.Message}
	at, known := c.index[key]
	if !known {
		c.index[key] = len(c.findings)
		c.findings = append(c.findings, f)
		return
	}
	first := &c.findings[at]
	for _, related := range f.Related {
		if !slices.Contains(first.Related, related) {
			first.Related = append(first.Related, related)
		}
	}
}

// diagnostics shares the variant's diagnostics out among the rules, and leaves
// out those that another finding explains.
func (in *Input) diagnostics(v *Variant) byRule {
	if shared, known := in.diagnosed[v]; known {
		return shared
	}
	shared := byRule{}
	unset := in.unsetPaths(v)
	refused := map[string]bool{}
	for _, d := range v.Stack.Diagnostics {
		if d.Docker == stack.Refuse && d.Path != "" && !(d.Late && unset[d.Path]) {
			refused[d.Path] = true
		}
	}
	for _, d := range v.Stack.Diagnostics {
		switch {
		case d.Docker != stack.Refuse && refused[d.Path]: // what is refused is not also ignored or mangled
		case d.Late && unset[d.Path]: // an empty value is invalid because it is empty
		default:
			if rule := in.claimant(v, d); rule != "" && !in.explained(v, d, rule) {
				shared[rule] = append(shared[rule], d)
			}
		}
	}
	if in.diagnosed == nil {
		in.diagnosed = map[*Variant]byRule{}
	}
	in.diagnosed[v] = shared
	return shared
}

// unsetPaths are the values in which a variable is missing whose absence is a
// finding of its own, R142, or that of the whole .env.sample, R008, or nobody's to
// know: of a file alone without an env.
func (in *Input) unsetPaths(v *Variant) map[string]bool {
	paths := map[string]bool{}
	for _, d := range v.Stack.Diagnostics {
		if d.Code == stack.CodeUnsetVariable && (in.Recipe == nil || in.Recipe.EnvSample == nil || !in.explained(v, d, "R142")) {
			paths[d.Path] = true
		}
	}
	return paths
}

// listIndex is left out of the evidence: it moves when other entries do.
var listIndex = regexp.MustCompile(`\.[0-9]+(\.|$)`)

func (in *Input) finding(d stack.Diagnostic) Finding {
	message, fix := splitAdvice(d.Message)
	f := Finding{
		Message:  message,
		Fix:      fix,
		Span:     d.Span,
		Evidence: d.Code + " " + listIndex.ReplaceAllString(d.Path, "$1") + " " + in.text(d.Span),
	}
	if d.Via != (recipe.Span{}) && d.Via != d.Span {
		f.Related = []Related{{d.Via, "used here, as " + d.Path}}
	}
	return f
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
func (in *Input) explained(v *Variant, d stack.Diagnostic, rule string) bool {
	if d.Code == stack.CodeMissingImage && in.refusedImage(v, d.Path) {
		return true
	}
	if in.Recipe == nil {
		// An env that holds nothing but the stack's name was not given.
		return rule == "R142" && len(in.Env.Vars) <= 1
	}
	switch d.Code {
	case stack.CodeMissingImage: // R011, R137
		return true
	case recipe.CodeYAMLDuplicate: // R128 takes it from here
		return false
	case stack.CodeInvalidName:
		return in.unversionedConfig(v, d.Path)
	case stack.CodeUnsetVariable: // without .env.sample R008 says it of all
		return rule == "R142" && in.Recipe.EnvSample == nil || in.unversionedConfig(v, d.Path) || in.optional(d.Span)
	case stack.CodeRequiredVariable:
		return in.asked(in.text(d.Span))
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

// asked says whether .env.sample has the variables that the value requires, with
// or without a value: then the operator is told to fill them in.
func (in *Input) asked(raw string) bool {
	named := required.FindAllStringSubmatch(raw, -1)
	for _, m := range named {
		if _, set := in.Env.Vars[m[1]]; !set && !in.offered[m[1]] {
			return false
		}
	}
	return len(named) > 0
}

var required = regexp.MustCompile(`\$\{?([A-Za-z_][A-Za-z0-9_]*):?\?`)
