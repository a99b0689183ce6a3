package git

import (
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/capability"
)

// wantedRefs picks branches and tags, and drops names that git forbids, as git does.
func wantedRefs(advert *packp.AdvRefs) map[string]plumbing.Hash {
	wanted := map[string]plumbing.Hash{}
	for name, hash := range advert.References {
		ref := plumbing.ReferenceName(name)
		if (ref.IsBranch() || ref.IsTag()) && validRef(ref) && !hash.IsZero() {
			wanted[name] = hash
		}
	}
	return wanted
}

func validRef(name plumbing.ReferenceName) bool {
	return len(name) <= maxRefName && name.Validate() == nil && name.IsSafe()
}

// wantedHead is the content of the mirror's HEAD. Servers name its branch in a
// capability (git 1.8.4.3); before that it was guessed from the hash.
func wantedHead(advert *packp.AdvRefs) string {
	for _, symref := range advert.Capabilities.Get(capability.SymRef) {
		name, target, _ := strings.Cut(symref, ":")
		branch := plumbing.ReferenceName(target)
		if name == "HEAD" && branch.IsBranch() && validRef(branch) {
			return "ref: " + target
		}
	}
	if advert.Head == nil || advert.Head.IsZero() {
		return "ref: " + unknownHead.String()
	}
	for _, branch := range []string{"refs/heads/main", "refs/heads/master"} {
		if advert.References[branch] == *advert.Head {
			return "ref: " + branch
		}
	}
	return advert.Head.String()
}
