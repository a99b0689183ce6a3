package lint

import (
	"fmt"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

var configVersions = Rule{
	Code: "R012", Name: "config-versions",
	Severity: Error, Confidence: High,
	What: "A config's version is not set by abra.sh.",
	Why: "Swarm configs cannot be changed, only replaced under a new name (moby/moby#35048). abra.sh exports the version that is part " +
		"of the name, as X_VERSION=v1; where it is missing the name ends in _, and the next change of the file fails the deploy.",
	Fix: "Write export X_VERSION=v1 in abra.sh, and raise it whenever the file changes.",
	Bad: Example{{"compose.yml", configExample}, {"site.conf", "server {}\n"}},
	Good: Example{
		{"compose.yml", configExample},
		{"site.conf", "server {}\n"},
		{"abra.sh", "export SITE_CONF_VERSION=v1\n"},
	},
	Needs: []Need{NeedsCompose},
	Check: checkConfigVersions,
}

const configExample = `services:
  app:
    image: nginx:1.27.3
    configs:
      - source: site_conf
        target: /etc/nginx/conf.d/default.conf
configs:
  site_conf:
    name: ${STACK_NAME}_site_conf_${SITE_CONF_VERSION}
    file: site.conf
`

func checkConfigVersions(in *Input) []Finding {
	found := eachVariant(checkConfigNames)(in)
	switch {
	case in.Recipe.AbraSh != nil || in.faulty("abra.sh"):
		return found
	case len(found) > 1: // one fact: say it once
		found[0].Variants = nil
		found[0].Evidence = "abra.sh"
		found[0].Message = fmt.Sprintf("there is no abra.sh to export %s, which the names of configs need", in.allUnversioned())
		found[0].Fix = "Add abra.sh with one export X_VERSION=v1 for each, and raise it whenever the file of that config changes."
		return found[:1]
	case len(found) > 0:
		return found
	}
	for i := range in.Variants {
		v := &in.Variants[i]
		if own := ownConfigs(v); len(own) > 0 {
			return []Finding{{
				Message:  fmt.Sprintf("configs are used (%s), but there is no abra.sh with their versions", own[0].Key),
				Fix:      "Add abra.sh with one export X_VERSION=v1 for each config.",
				Span:     in.keySpan(v, "configs", own[0].Key),
				Evidence: "abra.sh",
			}}
		}
	}
	return nil
}

func ownConfigs(v *Variant) []*stack.Object {
	return slices.DeleteFunc(slices.Clone(v.Stack.Configs), func(c *stack.Object) bool { return c.External })
}

func checkConfigNames(in *Input, v *Variant) []Finding {
	var found []Finding
	for _, config := range ownConfigs(v) {
		for _, variable := range in.unversioned(v, config.Key) {
			found = append(found, in.unversionedFinding(v, config.Key, variable))
		}
	}
	return found
}

// unversioned lists the variables of a config's name that nothing sets.
func (in *Input) unversioned(v *Variant, key string) []string {
	if in.faulty("abra.sh") { // what it exports is not known
		return nil
	}
	var names []string
	for _, variable := range variables(in.raw(v, "configs", key, "name")) {
		if variable.name != "STACK_NAME" && !variable.hasDefault && in.Env.Vars[variable.name] == "" {
			names = append(names, variable.name)
		}
	}
	return names
}

// allUnversioned names the variables of all names, each once.
func (in *Input) allUnversioned() string {
	var names []string
	seen := map[string]bool{}
	for i := range in.Variants {
		v := &in.Variants[i]
		for _, config := range ownConfigs(v) {
			for _, name := range in.unversioned(v, config.Key) {
				if !seen[name] {
					names, seen[name] = append(names, name), true
				}
			}
		}
	}
	return someOf(names)
}

func (in *Input) unversionedFinding(v *Variant, key, variable string) Finding {
	missing := "which abra.sh does not export"
	if in.Recipe.AbraSh == nil {
		missing = "and there is no abra.sh to export it"
	}
	return Finding{
		Message:  fmt.Sprintf("the name of config %s needs %s, %s", key, variable, missing),
		Fix:      fmt.Sprintf("Write export %s=v1 in abra.sh, and raise it whenever the file changes.", variable),
		Span:     v.Stack.Span("configs", key, "name"),
		Repairs:  in.exportVersion(variable),
		Evidence: "configs." + key + ".name=" + variable,
	}
}

// exportVersion is the repair that lets abra.sh set a variable that nothing sets.
func (in *Input) exportVersion(variable string) []Repair {
	if _, exported := in.exported(variable); exported || !strings.HasSuffix(variable, "_VERSION") || in.Recipe.AbraSh == nil {
		return nil
	}
	edit, ok := in.appendLine("abra.sh", "export "+variable+"=v1")
	if !ok {
		return nil
	}
	return []Repair{{Title: "Export " + variable + "=v1 from abra.sh", Edits: []Edit{edit}}}
}

// faulty reports whether the file is there but could not be read.
func (in *Input) faulty(path string) bool {
	return slices.ContainsFunc(in.Recipe.Faults, func(f recipe.Fault) bool { return f.Span.File == path })
}
