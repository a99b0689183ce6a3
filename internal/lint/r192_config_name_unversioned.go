package lint

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/stack"
)

var configNameUnversioned = Rule{
	Code: "R192", Name: "config-name-unversioned",
	Severity: Warning, Confidence: High,
	What: "A config's name has no version.",
	Why: "Swarm configs cannot be changed, only replaced under a new name (moby/moby#35048). Without a version in the name the first deploy works, " +
		"and the first change of the file breaks the deploy of every app that exists (m-adawi/swarm-cd#11).",
	Fix:   "Write name: ${STACK_NAME}_NAME_${NAME_VERSION}, and export NAME_VERSION=v1 in abra.sh.",
	Bad:   Example{{"compose.yml", strings.Replace(configExample, "    name: ${STACK_NAME}_site_conf_${SITE_CONF_VERSION}\n", "", 1)}, {"site.conf", "server {}\n"}},
	Good:  Example{{"compose.yml", configExample}, {"site.conf", "server {}\n"}, {"abra.sh", "export SITE_CONF_VERSION=v1\n"}},
	Needs: []Need{NeedsCompose},
	Check: eachVariant(checkConfigNameVersioned),
}

var literalVersion = regexp.MustCompile(`[_.-](v?[0-9]+|[0-9a-f]{7,64})$`)

func checkConfigNameVersioned(in *Input, v *Variant) []Finding {
	var found []Finding
	for _, config := range ownConfigs(v) {
		_, versioned := in.versionVariable(v, config.Key)
		if versioned || config.File == "" || literalVersion.MatchString(config.Name) {
			continue
		}
		found = append(found, Finding{
			Message:  fmt.Sprintf("the name of config %s has no version, so that %s can never change", config.Key, config.File),
			Span:     in.keySpan(v, "configs", config.Key),
			Repairs:  in.versionName(v, config),
			Evidence: "configs." + config.Key + ".name",
		})
	}
	return found
}

// notInNames is what the name of a shell variable cannot hold; site.conf is a fine key.
var notInNames = regexp.MustCompile(`[^0-9A-Za-z_]`)

// versionName puts a version into the name, and exports it from abra.sh.
func (in *Input) versionName(v *Variant, config *stack.Object) []Repair {
	variable := strings.ToUpper(notInNames.ReplaceAllString(config.Key, "_")) + "_VERSION"
	key := in.writtenKey(v, "configs", config.Key)
	var repairs []Repair
	if name := in.raw(v, "configs", config.Key, "name"); name == "" {
		repairs = in.insertEntry("", false, key, fmt.Sprintf("name: ${STACK_NAME}_%s_${%s}", config.Key, variable))
	} else if span := v.Stack.Span("configs", config.Key, "name"); span.File == key.File && printable(name) {
		repairs = in.rewrite("", false, span, quoted(name+"_${"+variable+"}"))
	}
	export, ok := in.appendLine("abra.sh", "export "+variable+"=v1")
	if len(repairs) == 0 || !ok {
		return nil
	}
	repairs[0].Title = "Give the name the version " + variable
	if _, exported := in.exported(variable); !exported {
		repairs[0].Edits = slices.Concat(repairs[0].Edits, []Edit{export})
	}
	return repairs
}
