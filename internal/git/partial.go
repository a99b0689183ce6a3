package git

import (
	"errors"
	"fmt"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/format/config"
)

// errNotFetched goes with a missing object of a partial clone (git clone --filter).
// Git would fetch it on demand; nothing here asks the network behind the user's back.
var errNotFetched = errors.New("this clone is partial (--filter) and lacks it; run git fetch --refetch --no-filter --tags")

// isPartial reads the marks of a partial clone (partial-clone.txt of git): a remote
// that promises the objects, or the extension that older versions of git write.
func isPartial(raw *config.Config) bool {
	if raw.Section("extensions").Option("partialClone") != "" {
		return true
	}
	for _, remote := range raw.Section("remote").Subsections {
		if strings.EqualFold(remote.Option("promisor"), "true") {
			return true
		}
	}
	return false
}

// maxWhole bounds the files and folders that checkWhole looks for.
const maxWhole = 100_000

// checkWhole fails where a file or folder below the tree was not fetched: half a
// commit would be taken for a commit without these files. The caller holds r.mu.
func (r *Repo) checkWhole(hash plumbing.Hash, left *int) error {
	tree, err := r.tree(hash)
	if err != nil {
		return err
	}
	for _, entry := range tree.Entries {
		if *left--; *left < 0 {
			return fmt.Errorf("more than %d files: %w", maxWhole, ErrTooLarge)
		}
		switch entry.Mode {
		case filemode.Submodule:
		case filemode.Dir:
			err = r.checkWhole(entry.Hash, left)
		default:
			_, err = r.size(entry.Hash)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", entry.Name, err)
		}
	}
	return nil
}
