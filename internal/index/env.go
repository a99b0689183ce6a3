package index

import "coopcloud.tech/catalogue/internal/catalogue"

// envVars lists the variables of .env.sample in its order, each once. The
// default of an active one is what it expands to; of a commented one, its text.
func (s *study) envVars() []catalogue.EnvVar {
	sample := s.recipe.EnvSample
	if sample == nil {
		return nil
	}
	values, _ := sample.Expand(nil)
	var vars []catalogue.EnvVar
	seen := map[string]bool{}
	add := func(key, value string, optional bool) {
		if !seen[key] {
			seen[key] = true
			vars = append(vars, catalogue.EnvVar{Name: key, Default: value, Optional: optional})
		}
	}
	for _, v := range sample.Vars() {
		add(v.Key, values[v.Key], false)
	}
	for _, v := range sample.Commented() {
		add(v.Key, v.Value, true)
	}
	return vars
}
