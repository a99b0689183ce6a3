package publish

import (
	"slices"

	"coopcloud.tech/catalogue/internal/catalogue"
)

// maxNotes is how much of the release notes a page shows, in bytes.
const maxNotes = 16 << 10

// version is one version of a recipe, and what it changed.
type version struct {
	release
	Annotated bool
	Label     string // where it differs from the tag
	Commit    string
	Moved     []string
	Services  rows[catalogue.Service]
	Changes   []change
	Notes     string
	Lint      verdict
	Findings  rows[catalogue.Finding]
	Problems  rows[catalogue.Problem]
}

// change names what the version before had not, or had.
type change struct {
	What  string
	Names rows[string]
}

// newVersions lists the last maxVersions versions, newest first.
func newVersions(versions []catalogue.Version) []version {
	first := max(0, len(versions)-maxVersions)
	var views []version
	for i := len(versions) - 1; i >= first; i-- {
		view := newVersion(versions[i])
		if i > 0 && !versions[i-1].Legacy {
			view.Changes = changes(versions[i-1], versions[i])
		}
		views = append(views, view)
	}
	return views
}

func newVersion(v catalogue.Version) version {
	view := version{
		release: newRelease(v), Annotated: v.Annotated, Commit: v.Commit, Moved: v.Moved,
		Services: limit(v.Services), Notes: cut(v.Notes, maxNotes), Lint: newVerdict(v.Lint, catalogue.OK),
		Findings: limit(bySeverity(v.Lint.Findings)), Problems: limit(v.Problems),
	}
	if v.Label != v.Version {
		view.Label = v.Label
	}
	return view
}

// changes compares what an operator has to provide.
func changes(old, v catalogue.Version) []change {
	oldEnv, env := variables(old), variables(v)
	oldSecrets, secrets := secretNames(old), secretNames(v)
	var list []change
	for _, c := range []change{
		{"New settings", limit(without(env, oldEnv))},
		{"Settings that are gone", limit(without(oldEnv, env))},
		{"New secrets", limit(without(secrets, oldSecrets))},
		{"Secrets that are gone", limit(without(oldSecrets, secrets))},
	} {
		if len(c.Names.Shown) > 0 {
			list = append(list, c)
		}
	}
	return list
}

func variables(v catalogue.Version) []string {
	var names []string
	for _, variable := range v.Env {
		names = append(names, variable.Name)
	}
	return names
}

func secretNames(v catalogue.Version) []string {
	var names []string
	for _, secret := range v.Secrets {
		names = append(names, secret.Name)
	}
	return names
}

// without returns the names that are not in known, each once.
func without(names, known []string) []string {
	var rest []string
	for _, name := range names {
		if !slices.Contains(known, name) && !slices.Contains(rest, name) {
			rest = append(rest, name)
		}
	}
	return rest
}
