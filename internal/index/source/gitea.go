package source

import (
	"encoding/json"
	"net/url"
)

// giteaRepo is the part of a repository that is used, as Gitea and Forgejo list it
// (their /api/swagger, "Repository").
type giteaRepo struct {
	Name          string `json:"name"`
	CloneURL      string `json:"clone_url"`
	SSHURL        string `json:"ssh_url"`
	HTMLURL       string `json:"html_url"`
	DefaultBranch string `json:"default_branch"`
	Description   string `json:"description"`
	Website       string `json:"website"`
	AvatarURL     string `json:"avatar_url"`
	Archived      bool   `json:"archived"`
	Empty         bool   `json:"empty"`
	Template      bool   `json:"template"`
}

func gitea(s Source) forge {
	api, owner := s.base.String()+"/api/v1", url.PathEscape(s.owner)
	return forge{
		base: s.base, owner: s.owner,
		paths:    []string{api + "/orgs/" + owner + "/repos", api + "/users/" + owner + "/repos"},
		query:    url.Values{"limit": {"50"}}, // what servers allow unless told otherwise
		total:    "X-Total-Count",
		tokenEnv: "CATALOGUE_GITEA_TOKEN", scheme: "token",
		decode: decodeGitea,
	}
}

func decodeGitea(body []byte) ([]entry, error) {
	var repos []giteaRepo
	err := json.Unmarshal(body, &repos)
	entries := make([]entry, len(repos))
	for i, r := range repos {
		entries[i] = entry{template: r.Template, Repo: Repo{
			Name: r.Name, URL: r.CloneURL, SSHURL: r.SSHURL, WebURL: r.HTMLURL, DefaultBranch: r.DefaultBranch,
			Description: r.Description, Website: r.Website, Icon: r.AvatarURL, Archived: r.Archived, Empty: r.Empty,
		}}
	}
	return entries, err
}
