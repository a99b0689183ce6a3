package index

import (
	"cmp"
	"slices"
	"strconv"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/internal/stack"
)

// secrets lists the swarm secrets that the app can need. Names and versions
// come from the interpolated `name:`, never from the spelling of a variable:
// recipes break that pattern.
func (s *study) secrets() []catalogue.Secret {
	var secrets []catalogue.Secret
	seen := map[string]bool{}
	for _, from := range s.stacks {
		for _, needed := range from.ExternalSecrets(s.recipe, s.recipe.EnvSample) {
			if !seen[needed.Short] {
				seen[needed.Short] = true
				secrets = append(secrets, published(needed))
			}
		}
	}
	slices.SortFunc(secrets, func(a, b catalogue.Secret) int { return cmp.Compare(a.Name, b.Name) })
	return secrets
}

// published takes what the lines say at its word; whoever generates the secret
// checks it.
func published(s stack.Secret) catalogue.Secret {
	out := catalogue.Secret{Name: s.Short, Version: s.Version, Generate: true}
	for _, line := range slices.Backward(s.Lines) { // so that the weightiest has the last word
		if out.Version == "" {
			out.Version = line.Value
		}
		if length, err := strconv.Atoi(line.Modifiers["length"]); err == nil {
			out.Length = length
		}
		out.Charset = cmp.Or(line.Modifiers["charset"], out.Charset)
		if generate, said := line.Modifiers["generate"]; said {
			out.Generate = generate != "false"
		}
	}
	return out
}
