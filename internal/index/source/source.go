// Package source lists the repos that a catalogue is built from: those of a forge's
// organisation, of a list, or of a folder. It says where they are; it opens none but
// to tell a repo from a plain folder.
package source

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// Repo is one repository that may hold a recipe.
type Repo struct {
	Name string // the recipe's name: one safe path element
	Dir  string // absolute path of a local repo, to be opened in place; "" for a remote one
	URL  string // what to mirror: https://, or http:// and ssh:// where Trusted; no credentials; "" for a local one

	// What a forge says of it. All texts are strangers'; the URLs are http or https.
	SSHURL, WebURL, DefaultBranch, Description, Website, Icon string
	Archived, Empty                                           bool

	Trusted bool   // the operator named the URL's server
	Token   string // for URL's server alone; never to be shown
}

// Problem is a repo that was left out, and why.
type Problem struct {
	Where   string // FILE:LINE, or the source and the repo
	Message string
}

// Source is where repos come from. Parse makes one.
type Source struct {
	spec, kind, path string
	base             *url.URL // the forge's root
	owner            string   // the forge's organisation, user or group
}

// String is the source as it was written.
func (s Source) String() string { return s.spec }

const grammar = "expected dir:PATH, list:FILE, gitea:URL/ORG, github:[URL/]ORG or gitlab:[URL/]GROUP"

// Parse reads dir:PATH, list:FILE, gitea:URL/ORG, github:[URL/]ORG or
// gitlab:[URL/]GROUP. It asks nobody.
func Parse(spec string) (Source, error) {
	kind, rest, _ := strings.Cut(spec, ":")
	s := Source{spec: spec, kind: kind, path: rest}
	if strings.TrimSpace(rest) == "" {
		return Source{}, fmt.Errorf("%s", grammar)
	}
	var err error
	switch kind {
	case "dir", "list":
	case "gitea":
		s.base, s.owner, err = splitLast(rest, "")
	case "github":
		s.base, s.owner, err = splitLast(rest, "https://github.com")
	case "gitlab":
		s.base, s.owner, err = splitHost(rest, "https://gitlab.com")
	default:
		err = fmt.Errorf("unknown kind; %s", grammar)
	}
	if err != nil {
		return Source{}, err
	}
	return s, nil
}

// List asks the source for its repos, sorted as it gave them. Problems name the
// repos that were left out. An error means that the list is not known, not that it is
// empty: what was there before should be kept. It does not repeat the source's name.
//
// A forge is asked with the token in CATALOGUE_GITEA_TOKEN, CATALOGUE_GITHUB_TOKEN
// or CATALOGUE_GITLAB_TOKEN, where there is one. Templates and repos whose name
// starts with a dot (`.profile`) are no recipes and not listed.
func (s Source) List(ctx context.Context, client *http.Client) ([]Repo, []Problem, error) {
	found := &listing{seen: map[string]string{}}
	var err error
	switch s.kind {
	case "dir":
		err = listDir(s.path, found)
	case "list":
		err = listFile(s.path, found)
	case "gitea":
		err = gitea(s).list(ctx, client, found)
	case "github":
		err = github(s).list(ctx, client, found)
	case "gitlab":
		err = gitlab(s).list(ctx, client, found)
	default:
		err = fmt.Errorf("not a source; %s", grammar)
	}
	if err != nil {
		return nil, nil, err
	}
	return found.repos, found.problems, nil
}
