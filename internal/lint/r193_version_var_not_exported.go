package lint

import (
	"fmt"

	"coopcloud.tech/catalogue/internal/recipe"
)

var versionVarNotExported = Rule{
	Code: "R193", Name: "version-var-not-exported",
	Severity: Error, Confidence: High,
	What: "A config's version stands in .env.sample instead of abra.sh.",
	Why: "abra.sh comes with each version of the recipe; .env.sample is copied once, when an app is made. Apps that exist keep the old number, " +
		"so that a changed config gets the name of the old one and their upgrade fails (upgrade guide of Co-op Cloud). Where no file sets the version at all, R012 says so.",
	Fix: "Move it to abra.sh, as export NAME_VERSION=v1.",
	Bad: Example{
		{"compose.yml", configExample},
		{"site.conf", "server {}\n"},
		{".env.sample", "TYPE=site\nSITE_CONF_VERSION=v1\n"},
	},
	Good: Example{
		{"compose.yml", configExample},
		{"site.conf", "server {}\n"},
		{".env.sample", "TYPE=site\n"},
		{"abra.sh", "export SITE_CONF_VERSION=v1\n"},
	},
	Needs: []Need{NeedsCompose},
	Check: eachVariant(checkVersionExported),
}

func checkVersionExported(in *Input, v *Variant) []Finding {
	if in.faulty("abra.sh") || in.Recipe.EnvSample == nil {
		return nil
	}
	var found []Finding
	for _, config := range ownConfigs(v) {
		variable, versioned := in.versionVariable(v, config.Key)
		sample, sampled := in.Recipe.EnvSample.Get(variable.name)
		if _, exported := in.exported(variable.name); !versioned || exported || !sampled {
			continue
		}
		found = append(found, Finding{
			Message:  fmt.Sprintf("the version of config %s, %s, is not exported by abra.sh: apps that exist keep theirs", config.Key, variable.name),
			Span:     sample.Span,
			Repairs:  in.moveToAbraSh(sample),
			Evidence: "configs." + config.Key + ".name=" + variable.name,
		})
	}
	return found
}

// moveToAbraSh is the repair that takes a line from .env.sample.
func (in *Input) moveToAbraSh(v recipe.EnvVar) []Repair {
	e, ok := in.editFile(v.Span.File)
	export, writable := in.appendLine("abra.sh", "export "+v.Key+"="+v.Value)
	if !ok || !writable || v.Span.Line != v.Span.EndLine || !simpleValue.MatchString(v.Value) {
		return nil
	}
	start, end := e.offset(v.Span.Line, 1), e.nextLine(e.offset(v.Span.Line, 1))
	return []Repair{{Title: "Move " + v.Key + " to abra.sh", Edits: []Edit{e.replace(start, end, ""), export}}}
}
