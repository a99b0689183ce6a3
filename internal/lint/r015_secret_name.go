package lint

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"coopcloud.tech/catalogue/internal/stack"
)

var secretName = Rule{
	Code: "R015", Name: "secret-name",
	Severity: Warning, Confidence: High,
	What: "A secret's name is longer than 12 characters.",
	Why: "Swarm allows 64 characters for <stack>_<name>_<version> (moby/swarmkit#2918, moby/moby#36487). A stack name made from a domain " +
		"takes up to 45 of them; a recipe with long secret names fails on the operator with the long domain. " +
		"A name that fits behind 40 as it is, with its version, is an info: longer domains are rare, and for a recipe that exists renaming costs more than it gives.",
	Fix:       "Shorten it, together with its SECRET_…_VERSION variable; operators must generate the secret again.",
	Bad:       Example{{"compose.yml", secretExample("a_database_password", "SECRET_A_DATABASE_PASSWORD_VERSION")}},
	Good:      Example{{"compose.yml", secretExample("db_password", "SECRET_DB_PASSWORD_VERSION")}},
	Threshold: &Threshold{Default: maxSecretName, Min: 1, Max: 64, Unit: "characters"},
	Needs:     []Need{NeedsCompose},
	Check:     eachVariant(checkSecretName),
}

const maxSecretName = 12

func secretExample(name, version string) string {
	return fmt.Sprintf(`services:
  app:
    image: nginx:1.27.3
    secrets:
      - %[1]s
secrets:
  %[1]s:
    external: true
    name: ${STACK_NAME}_%[1]s_${%[2]s}
`, name, version)
}

func checkSecretName(in *Input, v *Variant) []Finding {
	var found []Finding
	most := in.threshold("R015", maxSecretName)
	for _, secret := range v.Stack.Secrets {
		name, ours := recipeName(secret, v.Stack.Name)
		length := utf8.RuneCountInString(name)
		if !ours || length <= most {
			continue
		}
		severity, message := in.secretRoom(secret, v.Stack.Name, name)
		found = append(found, Finding{
			Severity: severity,
			Message:  fmt.Sprintf("the secret name %s has %d characters; at most %d are safe%s", name, length, most, message),
			Span:     v.Stack.Span("secrets", secret.Key, "name"),
			Evidence: "secrets." + secret.Key + "=" + name,
		})
	}
	return found
}

// secretRoom says which stack names leave too little room for the secret as it
// is. Who sets another limit means it.
func (in *Input) secretRoom(secret *stack.Object, stackName, name string) (Severity, string) {
	version := strings.TrimPrefix(secret.Name, stackName+"_"+name)
	if len(version) < len("_v1") { // the variable has no value
		version = "_v1"
	}
	room := maxObjectName - len("_"+name+version)
	_, set := in.Settings.Thresholds["R015"]
	severity := severityOf(room)
	if set {
		severity = Warning
	}
	if room >= maxStackName || room <= 0 {
		return severity, ""
	}
	return severity, refusedBehind(room)
}

// secretVersion ends a secret's name; the number is missing where the variable
// has no value.
var secretVersion = regexp.MustCompile(`_(v[0-9]+)?$`)

// recipeName is what the recipe calls the secret: its name without the stack
// before and the version after. A name without the stack is shared with
// others and not the recipe's to choose.
func recipeName(secret *stack.Object, stackName string) (name string, ours bool) {
	if secret.Name == "" {
		return secret.Key, true
	}
	name, ours = strings.CutPrefix(secret.Name, stackName+"_")
	return secretVersion.ReplaceAllString(name, ""), ours
}
