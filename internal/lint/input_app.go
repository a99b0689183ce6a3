package lint

import (
	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

// NewAppInput judges the recipe as one app deploys it: with the app's env, and
// with the compose files that it names, in place of what .env.sample says.
func NewAppInput(r *recipe.Recipe, facts Facts, env stack.Env, deployed *stack.Stack) *Input {
	in := &Input{Recipe: r, Env: env, Facts: facts, set: deployed.Files, offered: map[string]bool{}}
	in.index(r.Compose)
	in.Variants = []Variant{{Name: variantName(deployed.Files), Files: deployed.Files, Stack: deployed}}
	return in
}
