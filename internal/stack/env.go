package stack

import (
	"cmp"
	"maps"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
)

// Env is what `${…}` sees: abra.sh exports over the app's env, plus STACK_NAME.
type Env struct {
	Vars   map[string]string
	Faults []recipe.Fault
}

// NewEnv combines base-level values for one app. abra.sh exports win over the app's env, as in
// abra; STACK_NAME is stackName unless the app's env sets it: a recipe must not choose which stack
// is deployed. app may be nil (then .env.sample is not consulted either: callers that lint pass
// r.EnvSample).
func NewEnv(r *recipe.Recipe, app *recipe.EnvFile, stackName string) Env {
	env := Env{Vars: map[string]string{}}
	if app != nil {
		vars, faults := app.Expand(nil)
		maps.Copy(env.Vars, vars)
		env.Faults = faults
	}
	own := env.Vars["STACK_NAME"]
	if r != nil && r.AbraSh != nil {
		for _, export := range r.AbraSh.Exports {
			env.Vars[export.Name] = export.Value
		}
	}
	env.Vars["STACK_NAME"] = cmp.Or(own, stackName)
	return env
}

// Files lists the compose files that COMPOSE_FILE names, in order; compose.yml where it is unset.
func (e Env) Files() []string {
	var files []string
	for _, file := range strings.Split(e.Vars["COMPOSE_FILE"], ":") {
		if file = strings.TrimSpace(file); file != "" {
			files = append(files, file)
		}
	}
	if len(files) == 0 {
		return []string{"compose.yml"}
	}
	return files
}

// maxStackName is where abra cuts a stack's name, so that the names of its
// services, secrets and configs have room.
const maxStackName = 45

// Name turns a domain into a stack name: dots become underscores, at most 45 characters.
func Name(domain string) string {
	name := []rune(strings.ReplaceAll(domain, ".", "_"))
	return string(name[:min(len(name), maxStackName)])
}
