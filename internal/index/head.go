package index

import (
	"errors"
	"io/fs"
	"slices"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/internal/index/source"
	"coopcloud.tech/catalogue/internal/index/store"
	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/recipe"
)

// readHead fills in what the default branch says of the recipe as a whole.
func (l *look) readHead(known store.Recipe, state *store.State) error {
	state.Doc = listing(l.repo)
	if l.branch != "" {
		state.Doc.DefaultBranch = l.branch
	}
	commit, files, err := l.describing(known, state.Tags)
	if err != nil {
		return err
	}
	state.HeadCommit = commit
	missing := errNoCompose
	if files != nil {
		missing = wantCompose(files)
	}
	state.Listed = len(state.Tags) > 0 || missing == nil
	switch {
	case missing != nil && !errors.Is(missing, errNoCompose):
		return missing
	case !state.Listed:
		l.problems = append(l.problems, problemf("", "no recipe: neither the default branch nor a version has a compose.yml"))
	case files != nil:
		err = l.describe(commit, files, state)
	}
	state.Doc.Problems = bounded(l.problems)
	return err
}

// describing chooses the commit that describes the recipe: HEAD's, and where
// HEAD names none, the one that did last, or that of the newest version.
func (l *look) describing(known store.Recipe, tags []store.Tag) (string, fs.FS, error) {
	if l.head != "" {
		files, err := l.git.Tree(l.head)
		return l.head, files, err
	}
	candidates := []string{known.HeadCommit}
	if len(tags) > 0 {
		candidates = append(candidates, tags[len(tags)-1].Commit)
	}
	for _, commit := range candidates {
		if commit == "" {
			continue
		}
		if files, err := l.git.Tree(commit); err == nil {
			l.problems = append(l.problems, problemf("HEAD", "described by commit %.10s instead", commit))
			return commit, files, nil
		}
	}
	return "", nil, nil
}

func (l *look) describe(commit string, files fs.FS, state *store.State) error {
	tags := make([]lint.Tag, len(state.Tags))
	for i, tag := range state.Tags {
		tags[i] = lint.Tag{Name: tag.Name, Annotated: tag.Annotated}
	}
	facts := l.facts(tags)
	if err := l.addReleases(&facts, commit, state.Tags); err != nil {
		return err
	}
	s, err := newStudy(files, l.repo.Name, facts, l.images)
	if err != nil {
		return err
	}
	state.Doc.Lint = s.findings()
	describeReadme(&state.Doc, s.recipe.Readme)
	all := func(recipe.Fault) bool { return true }
	l.problems = slices.Concat(l.problems, faults(slices.Concat(s.recipe.Faults, s.env.Faults), all), s.refusals())
	return nil
}

// listing is what the source says of the recipe.
func listing(repo source.Repo) catalogue.Recipe {
	return catalogue.Recipe{
		Name: repo.Name, Description: repo.Description, Website: repo.Website, Icon: repo.Icon,
		Repository: location(repo), SSHURL: repo.SSHURL, DefaultBranch: repo.DefaultBranch,
	}
}

func describeReadme(doc *catalogue.Recipe, readme *recipe.Readme) {
	if readme == nil {
		return
	}
	if doc.Description == "" {
		doc.Description = readme.Description
	}
	doc.Readme = string(readme.Data)
	m := readme.Metadata
	doc.Category = m.Category.Value
	doc.Features = catalogue.Features{
		Backups: m.Backups.Value, Email: m.Email.Value, Healthcheck: m.Healthcheck.Value,
		SSO: m.SSO.Value, Status: m.StatusNumber(), Tests: m.Tests.Value,
		Image: catalogue.Image{Image: m.Image.Image, Rating: m.Image.Rating, Source: m.Image.Source, URL: m.Image.URL},
	}
}
