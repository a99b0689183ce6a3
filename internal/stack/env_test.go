package stack_test

import (
	"testing"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

// A recipe must not choose which stack an operator deploys; its config versions
// win over the app's env.
func TestAbraShDoesNotNameTheStack(t *testing.T) {
	r := &recipe.Recipe{AbraSh: recipe.ParseAbraSh("abra.sh", []byte("export STACK_NAME=other\nexport A_VERSION=v2\n"))}
	env := stack.NewEnv(r, recipe.ParseEnv(".env", []byte("A_VERSION=v1\n")), "mine")
	if env.Vars["STACK_NAME"] != "mine" || env.Vars["A_VERSION"] != "v2" {
		t.Errorf("got %v", env.Vars)
	}
}
