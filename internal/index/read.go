package index

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/internal/index/store"
	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/recipe"
)

// Bounds of what is kept of one recipe, so that a hostile one cannot fill the
// disk or the memory of whoever loads the catalogue. Real ones stay below a
// hundredth.
const (
	maxReadingSize = 1 << 20  // bytes of JSON, one version
	maxStateSize   = 32 << 20 // bytes of JSON, all versions
	maxNotesSize   = 64 << 10
)

// read makes the recipe's state from the repo's files. Commits that kept knows
// are not read again.
func (l *look) read(ctx context.Context, known store.Recipe, kept store.Kept) (store.State, error) {
	if err := l.lost(kept); err != nil {
		return store.State{}, err
	}
	versions, problems := selectVersions(l.tags)
	state := store.State{
		Recipe: store.Recipe{
			Name: l.repo.Name, Location: location(l.repo), Fingerprint: l.fingerprint, DefaultBranch: l.branch,
		},
		Readings: map[string]store.Reading{},
	}
	if err := l.readVersions(ctx, versions, kept, &state); err != nil {
		return state, err
	}
	l.problems = append(l.problems, problems...)
	return state, l.readHead(known, &state)
}

// lost fails where a damaged tag would take a version away that was read before.
func (l *look) lost(kept store.Kept) error {
	if l.damaged == nil {
		return nil
	}
	present := map[string]bool{}
	for _, tag := range l.tags {
		present[tag.Name] = true
	}
	for name := range kept.Commits {
		if !present[name] {
			return l.damaged
		}
	}
	return nil
}

func (l *look) readVersions(ctx context.Context, versions []version, kept store.Kept, state *store.State) error {
	siblings := map[string][]lint.Tag{} // tags of one commit, which is read once
	for _, v := range versions {
		siblings[v.Commit] = append(siblings[v.Commit], lint.Tag{Name: v.Name, Annotated: v.Annotated})
	}
	size := 0
	var bare []string
	var past []version
	for _, v := range versions {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		added, err := l.readVersion(v, siblings[v.Commit], before(v, past), kept, state)
		if errors.Is(err, errNoCompose) {
			bare = append(bare, v.Name)
			continue
		}
		if err != nil {
			return fmt.Errorf("version %s: %w", v.Name, err)
		}
		if size += added; size > maxStateSize {
			return fmt.Errorf("its versions say more than %d MiB together", maxStateSize>>20)
		}
		past = append(past, v)
	}
	if len(bare) > 0 {
		l.problems = append(l.problems, problemf("tags", "left out, for no compose.yml in them: %s", some(bare)))
	}
	return nil
}

// errNoCompose marks a tag that is no version of a recipe: of a time before the
// repo was one, or of a repo that is none.
var errNoCompose = errors.New("there is no compose.yml")

// readVersion adds one version, which previous stands before, and returns how
// many bytes were read for it.
func (l *look) readVersion(v version, siblings []lint.Tag, previous version, kept store.Kept, state *store.State) (int, error) {
	files, err := l.git.Tree(v.Commit)
	if err == nil {
		err = wantCompose(files)
	}
	if err != nil {
		return 0, err
	}
	key := digest(l.program, l.repo.Name, v.Tree, l.isRemote(), siblings, previous.Name, previous.Tree, l.images.of(v.Name).sum()) // all that the reading depends on
	text := notes(files, v.Name)
	state.Tags = append(state.Tags, store.Tag{
		Name: v.Name, Object: v.Object, Commit: v.Commit, Tree: v.Tree, Annotated: v.Annotated, Legacy: v.legacy,
		Date: v.Date, Notes: text, Reading: key,
	})
	if _, ok := state.Readings[key]; ok || kept.Readings[key] {
		return len(text), nil
	}
	reading, size, err := l.newReading(v, files, siblings, previous)
	state.Readings[key] = reading
	return size + len(text), err
}

func (l *look) newReading(v version, files fs.FS, siblings []lint.Tag, previous version) (store.Reading, int, error) {
	facts := l.facts(siblings)
	facts.Released = *facts.Versions
	var err error
	if facts.Previous, err = l.release(previous); err != nil {
		return store.Reading{}, 0, err
	}
	s, err := newStudy(files, l.repo.Name, facts, l.images.of(v.Name))
	if err != nil {
		return store.Reading{}, 0, err
	}
	l.last = lastRead{v.Commit, s.recipe}
	reading := s.reading()
	text, err := json.Marshal(reading)
	if len(text) > maxReadingSize {
		reading = store.Reading{Problems: []catalogue.Problem{problemf("",
			"what this version says is %d KiB; more than %d are not published", len(text)>>10, maxReadingSize>>10)}}
	}
	return reading, min(len(text), maxReadingSize), err
}

// facts are what the repo says of a commit with these versions.
func (l *look) facts(tags []lint.Tag) lint.Facts {
	names := make([]string, len(tags))
	for i, tag := range tags {
		names[i] = tag.Name
	}
	facts := lint.Facts{Versions: &names}
	if len(tags) > 0 {
		facts.Tags = &tags
	}
	if l.isRemote() {
		exists := true // it was just mirrored
		facts.RepoExists = &exists
	}
	return facts
}

// wantCompose tells a tree without a compose file from one that cannot be read.
func wantCompose(files fs.FS) error {
	_, err := fs.Stat(files, "compose.yml")
	if errors.Is(err, fs.ErrNotExist) {
		return errNoCompose
	}
	return err
}

// notes reads the release note of one version. Where it may not be read, the
// recipe's faults say why.
func notes(files fs.FS, version string) string {
	data, err := recipe.ReadFile(files, "release/"+version)
	if err != nil {
		return ""
	}
	if len(data) > maxNotesSize {
		data = append(data[:maxNotesSize:maxNotesSize], "\n…"...)
	}
	return string(data)
}
