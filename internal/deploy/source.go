package deploy

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"github.com/docker/go-units"

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

	Voucher *Voucher // nil where no catalogue has a say: a local copy, or a recipe named by its URL
	Moved   []string // commits that the version's tag named before
}

// Voucher is who vouches that a version is what the catalogue says.
type Voucher struct {
	SignedBy    string    `json:"signed_by,omitempty"` // name of the key; empty: nothing was verified
	GeneratedAt time.Time `json:"generated_at,omitzero"`
}

// String says it for people, as of now.
func (v Voucher) String() string {
	if v.SignedBy == "" {
		return "catalogue entry: not verified, as no --catalogue-key is given"
	}
	age := strings.ToLower(units.HumanDuration(max(0, time.Since(v.GeneratedAt))))
	return fmt.Sprintf("catalogue entry: signed by %s, generated %s ago", v.SignedBy, age)
}

func (s Source) read() (*recipe.Recipe, error) {
	read, err := recipe.Read(s.FS, path.Base(strings.TrimSuffix(s.Recipe, ".git")))
	if err != nil {
		return nil, refused(err)
	}
	return read, nil
}
