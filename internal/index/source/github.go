package source

import (
	"encoding/json"
	"net/url"
)

// githubRepo is the part of a repository that is used, as GitHub lists it
// (docs.github.com/rest/repos, "List organization repositories").
type githubRepo struct {
	Name          string `json:"name"`
	CloneURL      string `json:"clone_url"`
	SSHURL        string `json:"ssh_url"`
	HTMLURL       string `json:"html_url"`
	DefaultBranch string `json:"default_branch"`
	Description   string `json:"description"`
	Homepage      string `json:"homepage"`
	Archived      bool   `json:"archived"`
	IsTemplate    bool   `json:"is_template"`
}

// github asks api.github.com, or an Enterprise server below its own /api/v3.
func github(s Source) forge {
	api, owner := s.base.String()+"/api/v3", url.PathEscape(s.owner)
	if s.base.Host == "github.com" {
		api = "https://api.github.com"
	}
	return forge{
		base: s.base, owner: s.owner,
		paths:    []string{api + "/orgs/" + owner + "/repos", api + "/users/" + owner + "/repos"},
		query:    url.Values{"per_page": {"100"}},
		tokenEnv: "CATALOGUE_GITHUB_TOKEN", scheme: "Bearer",
		decode: decodeGitHub,
	}
}

func decodeGitHub(body []byte) ([]entry, error) {
	var repos []githubRepo
	err := json.Unmarshal(body, &repos)
	entries := make([]entry, len(repos))
	for i, r := range repos {
		entries[i] = entry{template: r.IsTemplate, Repo: Repo{
			Name: r.Name, URL: r.CloneURL, SSHURL: r.SSHURL, WebURL: r.HTMLURL, DefaultBranch: r.DefaultBranch,
			Description: r.Description, Website: r.Homepage, Archived: r.Archived,
		}}
	}
	return entries, err
}
