package lint

import (
	"maps"
	"slices"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

// commented are the variables of .env.sample that are commented out. Whoever
// enables an overlay uncomments the variables that only it mentions, so there
// they count as set; those of the enabled set do not.
type commented struct {
	vars      []recipe.EnvVar
	mentioned map[string]map[string]bool // by compose file, the names in its ${…}
}

func newCommented(r *recipe.Recipe, env stack.Env, set []string) commented {
	if r.EnvSample == nil {
		return commented{}
	}
	c := commented{mentioned: map[string]map[string]bool{}}
	for _, file := range r.Compose {
		names := map[string]bool{}
		for _, v := range variables(string(file.Data)) {
			names[v.name] = true
		}
		c.mentioned[file.Path] = names
	}
	for _, v := range r.EnvSample.Commented() {
		if _, active := env.Vars[v.Key]; !active && v.Key != "COMPOSE_FILE" && !c.mention(set, v.Key) {
			c.vars = append(c.vars, v)
		}
	}
	return c
}

func (c commented) mention(files []string, name string) bool {
	return slices.ContainsFunc(files, func(file string) bool { return c.mentioned[file][name] })
}

// with is the env for a choice of files.
func (c commented) with(env stack.Env, files []string) stack.Env {
	var text []byte
	for _, v := range c.vars {
		if c.mention(files, v.Key) {
			text = append(text, assignment(v)...)
		}
	}
	if text == nil {
		return env
	}
	added, _ := recipe.ParseEnv(".env.sample", text).Expand(env.Vars)
	vars := maps.Clone(env.Vars)
	maps.Copy(vars, added)
	return stack.Env{Vars: vars, Faults: env.Faults}
}

// assignment writes the variable as a line that is not commented.
func assignment(v recipe.EnvVar) []byte {
	quote := ""
	if v.Quote != 0 {
		quote = string(v.Quote)
	}
	return []byte(v.Key + "=" + quote + v.Value + quote + "\n")
}
