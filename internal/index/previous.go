package index

import (
	"fmt"

	"coopcloud.tech/catalogue/internal/git"
	"coopcloud.tech/catalogue/internal/index/store"
	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/recipe"
)

// lastRead is the version that was read last: the next one is compared with it.
type lastRead struct {
	commit string
	recipe *recipe.Recipe
}

// before is the newest of the past versions that does not name the same commit;
// the zero version where there is none.
func before(v version, past []version) version {
	for i := len(past) - 1; i >= 0; i-- {
		if past[i].Commit != v.Commit {
			return past[i]
		}
	}
	return version{}
}

// release is the version as what came later is compared with; nil for the zero
// version.
func (l *look) release(v version) (*lint.Release, error) {
	if v.Commit == "" {
		return nil, nil
	}
	if l.last.commit != v.Commit {
		files, err := l.git.Tree(v.Commit)
		if err != nil {
			return nil, fmt.Errorf("the version before, %s: %w", v.Name, err)
		}
		r, err := recipe.Read(files, l.repo.Name)
		if err != nil {
			return nil, fmt.Errorf("the version before, %s: %w", v.Name, err)
		}
		l.last = lastRead{v.Commit, r}
	}
	return &lint.Release{Version: v.Name, Recipe: l.last.recipe}, nil
}

// addReleases lets the default branch be compared with the newest version that
// it descends from, as recipe-lint does in a work tree.
func (l *look) addReleases(facts *lint.Facts, commit string, tags []store.Tag) error {
	candidates := make([]git.Tag, len(tags))
	for i, tag := range tags {
		candidates[i] = git.Tag{Name: tag.Name, Commit: tag.Commit}
	}
	found, err := l.git.Describe(commit, candidates)
	if err == nil {
		facts.Shallow, err = l.git.Shallow()
	}
	if err != nil {
		facts.Unknown = map[lint.Need]string{lint.NeedsPrevious: "the history cannot be read: " + l.say(err)}
		return nil
	}
	if len(found) > 0 {
		facts.Previous, err = l.release(version{Tag: found[len(found)-1]})
	}
	return err
}
