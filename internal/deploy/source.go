package deploy

import (
	"io/fs"
	"path"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
)

// Source is a recipe at one version. Whoever calls has fetched it: this package
// knows no git.
type Source struct {
	FS      fs.FS
	Recipe  string // a name, or the URL that the app's TYPE holds
	Version string // X.Y.Z+UPSTREAM; with Chaos a short commit, +U where it has local changes
	Commit  string
	Chaos   bool // a local folder as it is, of no released version
}

func (s Source) read() (*recipe.Recipe, error) {
	read, err := recipe.Read(s.FS, path.Base(strings.TrimSuffix(s.Recipe, ".git")))
	if err != nil {
		return nil, refused(err)
	}
	return read, nil
}
