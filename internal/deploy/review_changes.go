package deploy

import (
	"fmt"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

// compare notes what of a version, besides its images, may need an operator:
// versions of configs, versions of secrets that the env does not have yet, and
// published ports.
func (s *Step) compare(env *recipe.EnvFile, before, now *recipe.Recipe) {
	s.Changes = append(s.Changes, changes(exports(before), exports(now))...)
	for _, change := range changes(secretVersions(before), secretVersions(now)) {
		own, set := env.Get(change.Field)
		if change.To != nil && change.From != nil && set && own.Value != *change.To {
			s.Changes = append(s.Changes, Change{Field: change.Field, From: &own.Value, To: change.To})
		}
	}
	s.Changes = append(s.Changes, changes(ports(env, before), ports(env, now))...)
}

// exports are the versions of configs, which abra.sh gives.
func exports(r *recipe.Recipe) fields {
	all := fields{}
	if r.AbraSh == nil {
		return all
	}
	for _, export := range r.AbraSh.Exports {
		all[export.Name] = export.Value
	}
	return all
}

// secretVersions are those that the sample gives secrets.
func secretVersions(r *recipe.Recipe) fields {
	all := fields{}
	for _, line := range sampleOf(r).Vars() {
		if strings.HasPrefix(line.Key, "SECRET_") && strings.HasSuffix(line.Key, "_VERSION") {
			all[line.Key] = line.Value
		}
	}
	return all
}

// ports are the published ports of the recipe with the app's env, each its own
// field.
func ports(env *recipe.EnvFile, r *recipe.Recipe) fields {
	all := fields{}
	vars := stack.NewEnv(r, env, "stack")
	for _, service := range stack.Load(r, vars, vars.Files()).Services {
		for _, port := range service.Ports {
			if port.Published != 0 {
				all[fmt.Sprintf("published port %d/%s", port.Published, port.Protocol)] = fmt.Sprintf("%s:%d", service.Key, port.Target)
			}
		}
	}
	return all
}
