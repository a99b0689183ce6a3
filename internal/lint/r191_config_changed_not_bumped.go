package lint

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"

	"coopcloud.tech/catalogue/internal/stack"
)

var configChangedNotBumped = Rule{
	Code: "R191", Name: "config-changed-not-bumped",
	Severity: Error, Confidence: High,
	What: "A config's file has changed since the last release, and its version has not.",
	Why: "Swarm configs cannot be changed: the deploy of every app that exists fails with \"only updates to Labels are allowed\" (moby/moby#35048), " +
		"which the upgrade guide of Co-op Cloud calls an obscure error. The version in the config's name has to be another one.",
	Fix: "Raise the config's version in abra.sh.",
	Bad: slices.Concat(Example{{"previous/site.conf", "server {}\n"}, {"previous/abra.sh", "export SITE_CONF_VERSION=v1\n"}},
		bumpExample("export SITE_CONF_VERSION=v1\n")),
	Good: slices.Concat(Example{{"previous/site.conf", "server {}\n"}, {"previous/abra.sh", "export SITE_CONF_VERSION=v1\n"}},
		bumpExample("export SITE_CONF_VERSION=v2\n")),
	Needs: []Need{NeedsCompose, NeedsPrevious},
	Check: eachVariant(checkConfigBumped),
}

func bumpExample(abraSh string) Example {
	return Example{
		{"previous/compose.yml", configExample},
		{"git tag", "git tag -a 1.0.0+1.27.3\n"},
		{"compose.yml", configExample},
		{"site.conf", "server { listen 8080; }\n"},
		{"abra.sh", abraSh},
	}
}

func checkConfigBumped(in *Input, v *Variant) []Finding {
	var found []Finding
	for _, config := range ownConfigs(v) {
		old := sameName(in.before(), config)
		if old == nil || config.Content == nil || old.Content == nil || bytes.Equal(old.Content, config.Content) {
			continue
		}
		found = append(found, in.unbumped(v, config))
	}
	return found
}

// sameName is the config that Swarm takes for the same.
func sameName(before *stack.Stack, config *stack.Object) *stack.Object {
	at := slices.IndexFunc(before.Configs, func(c *stack.Object) bool {
		return !c.External && c.Name == config.Name && (c.Name != "" || c.Key == config.Key)
	})
	if at < 0 {
		return nil
	}
	return before.Configs[at]
}

func (in *Input) unbumped(v *Variant, config *stack.Object) Finding {
	f := Finding{
		Message:  fmt.Sprintf("%s has changed since %s, but config %s keeps its name", config.File, in.Facts.Previous.Version, config.Key),
		Span:     v.Stack.Span("configs", config.Key, "name"),
		Evidence: "configs." + config.Key,
	}
	variable, ok := in.versionVariable(v, config.Key)
	if !ok {
		f.Fix = "Put a version into the config's name, as in ${STACK_NAME}_NAME_${NAME_VERSION}."
		return f
	}
	f.Fix = fmt.Sprintf("Raise %s.", variable.name)
	export, ok := in.exported(variable.name)
	if !ok {
		return f
	}
	f.Span = export.Span
	if m := countedVersion.FindStringSubmatch(export.Value); m != nil {
		n, _ := strconv.Atoi(m[2]) // at most six digits
		next := m[1] + strconv.Itoa(n+1)
		f.Message += fmt.Sprintf(": %s is still %s", variable.name, export.Value)
		f.Repairs = in.rewriteFile("Raise "+variable.name+" to "+next, false, export.Span, export.Name+"="+next)
	}
	return f
}
