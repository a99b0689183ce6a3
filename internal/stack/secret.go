package stack

import (
	"cmp"
	"slices"

	"coopcloud.tech/catalogue/internal/recipe"
)

// Secret is one external secret that an app needs from the swarm.
type Secret struct {
	Key      string // under secrets: in the compose files
	Name     string // in the swarm, from the interpolated name:
	Short    string // Name without stack and version; what operators type
	Version  string // such as v1; "" where the name carries none
	Variable string // env variable of the version; "" where name: refers to none
	Span     recipe.Span
	// Lines are what the env files say about the variable, with modifiers in
	// their comments, the weightiest first.
	Lines []recipe.EnvVar
}

// ExternalSecrets returns the stack's external secrets by key, with what the
// env files say of each: the first file before the others (an app's env before
// the recipe's .env.sample), active lines before commented ones, and the last
// of a repeated key first. Many an operator drops a comment, and a secret of
// the wrong length breaks the app. Nil files are passed over.
func (s *Stack) ExternalSecrets(r *recipe.Recipe, envs ...*recipe.EnvFile) []Secret {
	var list []Secret
	for _, o := range s.Secrets {
		if !o.External {
			continue
		}
		raw := rawName(r, s.Files, o.Key)
		secret := Secret{Key: o.Key, Name: cmp.Or(o.Name, o.Key), Variable: secretVariable(raw), Span: s.Span("secrets", o.Key, "name")}
		secret.Short, secret.Version = splitName(s.Name, secret.Name, raw)
		secret.Lines = linesOf(secret.Variable, envs)
		list = append(list, secret)
	}
	return list
}

func linesOf(variable string, envs []*recipe.EnvFile) []recipe.EnvVar {
	var lines []recipe.EnvVar
	for _, env := range envs {
		if env == nil || variable == "" {
			continue
		}
		for _, vars := range [][]recipe.EnvVar{env.Vars(), env.Commented()} {
			for _, v := range slices.Backward(vars) {
				if v.Key == variable {
					lines = append(lines, v)
				}
			}
		}
	}
	return lines
}
