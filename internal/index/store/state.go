package store

import (
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
)

// Recipe is what is known about one repo.
type Recipe struct {
	Name          string
	Source        string // the source that lists it
	Location      string // clone URL without credentials, or folder of a local repo
	Fingerprint   string // names all that the state was made from; "" was never read
	Listed        bool   // false: the repo is no recipe
	DefaultBranch string
	HeadCommit    string
	CheckedAt     time.Time           // the last check that succeeded; to the second
	ValidUntil    time.Time           // to the second
	Failure       []catalogue.Problem // why the last check failed; empty: it did not
}

// State is a recipe with all that was read from its repo.
type State struct {
	Recipe
	Doc      catalogue.Recipe // without versions
	Tags     []Tag            // versions, oldest first
	Readings map[string]Reading
}

// Tag is one version as its tag has it.
type Tag struct {
	Name, Object, Commit, Tree string
	Annotated, Legacy          bool
	Date                       time.Time // to the second
	Notes                      string    // release/<name> in its tree
	Moved                      []string  // commits that it named before, oldest first; Save ignores it
	Reading                    string    // key of the reading of its commit
}

// Reading is what the files of one commit say: those fields of a version that
// do not come from its tag.
type Reading = catalogue.Version

// Kept is what the crawl need not read again, and what it compares with.
type Kept struct {
	Readings map[string]bool   // keys
	Commits  map[string]string // tag → commit
}
