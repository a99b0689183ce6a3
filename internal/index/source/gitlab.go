package source

import (
	"encoding/json"
	"net/url"
)

// gitlabProject is the part of a project that is used, as GitLab lists it
// (docs.gitlab.com/api/groups, "List projects").
type gitlabProject struct {
	Path          string `json:"path"` // `name` is a title
	HTTPURL       string `json:"http_url_to_repo"`
	SSHURL        string `json:"ssh_url_to_repo"`
	WebURL        string `json:"web_url"`
	DefaultBranch string `json:"default_branch"`
	Description   string `json:"description"`
	AvatarURL     string `json:"avatar_url"`
	Archived      bool   `json:"archived"`
	EmptyRepo     bool   `json:"empty_repo"`
}

// gitlab lists a group with its subgroups, or a user.
func gitlab(s Source) forge {
	api, owner := s.base.String()+"/api/v4", url.PathEscape(s.owner) // a/b must be sent as a%2Fb
	return forge{
		base: s.base, owner: s.owner,
		paths:    []string{api + "/groups/" + owner + "/projects", api + "/users/" + owner + "/projects"},
		query:    url.Values{"per_page": {"100"}, "include_subgroups": {"true"}, "with_shared": {"false"}, "order_by": {"id"}, "sort": {"asc"}},
		total:    "X-Total",
		tokenEnv: "CATALOGUE_GITLAB_TOKEN", scheme: "Bearer",
		decode: decodeGitLab,
	}
}

func decodeGitLab(body []byte) ([]entry, error) {
	var projects []gitlabProject
	err := json.Unmarshal(body, &projects)
	entries := make([]entry, len(projects))
	for i, p := range projects {
		entries[i] = entry{Repo: Repo{
			Name: p.Path, URL: p.HTTPURL, SSHURL: p.SSHURL, WebURL: p.WebURL, DefaultBranch: p.DefaultBranch,
			Description: p.Description, Icon: p.AvatarURL, Archived: p.Archived, Empty: p.EmptyRepo,
		}}
	}
	return entries, err
}
