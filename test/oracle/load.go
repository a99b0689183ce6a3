package oracle

import (
	"io/fs"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

// load merges the files, whatever else is in the folder.
func load(c Case, fsys fs.FS) *stack.Stack {
	return stack.Load(&recipe.Recipe{FS: fsys}, stack.Env{Vars: c.Env}, c.Files)
}
