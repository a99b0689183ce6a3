package source

import (
	"fmt"
	"path"
	"strings"

	"coopcloud.tech/catalogue/internal/catalogue"
)

// listing is what a source gave so far.
type listing struct {
	repos    []Repo
	problems []Problem
	seen     map[string]string // name → where it was first given
}

func (l *listing) problem(where, format string, args ...any) {
	l.problems = append(l.problems, Problem{Where: where, Message: fmt.Sprintf(format, args...)})
}

// add takes a repo whose name is safe and not taken.
func (l *listing) add(where string, repo Repo) {
	if err := catalogue.CheckName(repo.Name); err != nil {
		l.problem(where, "left out: %v", err)
		return
	}
	if first, taken := l.seen[repo.Name]; taken {
		l.problem(where, "left out: the name %q is taken by %s", repo.Name, first)
		return
	}
	l.seen[repo.Name] = where
	l.repos = append(l.repos, repo)
}

// repoName is the last element of a path or URL, without `.git`.
func repoName(location string) string {
	return strings.TrimSuffix(path.Base(strings.TrimRight(location, "/")), ".git")
}
