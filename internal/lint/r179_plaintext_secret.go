package lint

import (
	"fmt"
	"maps"
	"slices"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

var plaintextSecret = Rule{
	Code: "R179", Name: "plaintext-secret",
	Severity: Error, Confidence: Medium,
	What: "A password stands in the recipe itself.",
	Why: "A recipe is public, so the password is, and every app that anybody makes of it has the same. It also shows in docker inspect and in the env " +
		"of every process (20% of public compose files, compose-lint). A value that .env.sample leaves to the operator is not judged: not every image can read a secret from a file. " +
		"A default in ${NAME:-default} or in .env.sample is a warning: some operators will keep it.",
	Fix:   "Use a swarm secret and the image's _FILE variable; where it has none, let an entrypoint read /run/secrets.",
	Bad:   Example{{"compose.yml", secretEnvExample("DB_PASSWORD=hunter2")}},
	Good:  Example{{"compose.yml", secretEnvExample("DB_PASSWORD_FILE=/run/secrets/db_password")}},
	Needs: []Need{NeedsCompose},
	Check: checkPlaintextSecrets,
}

func secretEnvExample(variable string) string {
	return "services:\n  app:\n    image: wordpress:6.7.1\n    environment:\n      - " + variable + "\n"
}

func checkPlaintextSecrets(in *Input) []Finding {
	return append(eachVariant(checkSecrets)(in), in.sampleSecrets()...)
}

// checkSecrets reports what services share by an anchor once.
func checkSecrets(in *Input, v *Variant) []Finding {
	var found []Finding
	seen := map[recipe.Span]bool{}
	for _, s := range v.Stack.Services {
		for _, f := range checkSecretEnvironment(in, v, s) {
			if !seen[f.Span] {
				found = append(found, f)
			}
			seen[f.Span] = true
		}
	}
	return found
}

func checkSecretEnvironment(in *Input, v *Variant, s *stack.Service) []Finding {
	var found []Finding
	for _, key := range slices.Sorted(maps.Keys(s.Environment)) {
		value := s.Environment[key]
		if value == nil || !isPassword(key, *value) {
			continue
		}
		span := v.Stack.Span("services", s.Key, "environment", key)
		severity, message := in.disclosed(span)
		if severity != "" {
			found = append(found, Finding{
				Severity: severity,
				Message:  fmt.Sprintf("service %s: %s %s", s.Key, key, message),
				Span:     span,
				Evidence: "services." + s.Key + ".environment." + key,
			})
		}
	}
	return found
}

// disclosed says how a value comes to be in the recipe; "" where an operator
// gives it.
func (in *Input) disclosed(span recipe.Span) (Severity, string) {
	named := variables(in.text(span))
	if len(named) == 0 {
		return Error, "has a password in the recipe"
	}
	for _, variable := range named {
		if _, set := in.Env.Vars[variable.name]; set || !variable.hasDefault {
			return "", ""
		}
	}
	return Warning, "has a default that everybody can read"
}

// sampleSecrets are those that .env.sample gives every new app.
func (in *Input) sampleSecrets() []Finding {
	if in.Recipe.EnvSample == nil {
		return nil
	}
	var found []Finding
	for _, v := range in.Recipe.EnvSample.Vars() {
		if len(variables(v.Value)) > 0 || !isPassword(v.Key, v.Value) {
			continue
		}
		found = append(found, Finding{
			Severity: Warning,
			Message:  fmt.Sprintf("%s has a value in the sample, so that every app starts with the same", v.Key),
			Fix:      "Leave the value empty, comment the line out, or make it a swarm secret.",
			Span:     v.Span,
			Evidence: ".env.sample " + v.Key,
		})
	}
	return found
}
