package catalogue

import (
	"bytes"
	"encoding/json"
	"strings"
)

// plainRecipe is a value of recipes.json. Its keys stand in alphabetical order,
// as existing clients and the git history of the file have them.
type plainRecipe struct {
	Category      string         `json:"category"`
	DefaultBranch string         `json:"default_branch"`
	Description   string         `json:"description"`
	Features      Features       `json:"features"`
	Icon          string         `json:"icon"`
	Name          string         `json:"name"`
	Repository    string         `json:"repository"`
	SSHURL        string         `json:"ssh_url"`
	Versions      []plainVersion `json:"versions"`
	Website       string         `json:"website"`
}

// plainVersion has exactly one key: the version.
type plainVersion map[string]map[string]plainService

type plainService struct {
	Image string `json:"image"`
	Tag   string `json:"tag"`
}

// EncodePlain writes recipes.json, the format that existing clients read: one
// object keyed by recipe name, indented by four spaces, keys sorted, versions
// oldest first. The same catalogue gives the same bytes; times are not in it.
func EncodePlain(c Catalogue) ([]byte, error) {
	recipes := make(map[string]plainRecipe, len(c.Recipes))
	for _, r := range c.Recipes {
		recipes[r.Name] = plainRecipe{
			Category: r.Category, DefaultBranch: r.DefaultBranch, Description: r.Description,
			Features: r.Features, Icon: r.Icon, Name: r.Name, Repository: r.Repository,
			SSHURL: r.SSHURL, Versions: plainVersions(r.Versions), Website: r.Website,
		}
	}
	return encode(recipes, "    ")
}

// plainVersions puts legacy versions first, because existing clients take the
// last one as the latest and cannot see the mark. They also parse every
// version and give up on the recipe where one has no number, so such tags are
// left to v2.
func plainVersions(versions []Version) []plainVersion {
	legacy, current := []plainVersion{}, []plainVersion{}
	for _, v := range versions {
		plain := plainVersion{v.Version: plainServices(v.Services)}
		switch {
		case !v.Legacy:
			current = append(current, plain)
		case startsWithNumber(v.Version):
			legacy = append(legacy, plain)
		}
	}
	return append(legacy, current...)
}

func startsWithNumber(version string) bool {
	version = strings.TrimPrefix(version, "v")
	return version != "" && version[0] >= '0' && version[0] <= '9'
}

// plainServices leaves out images without a tag and the default registry's
// name, as recipes.json always has.
func plainServices(services []Service) map[string]plainService {
	plain := make(map[string]plainService, len(services))
	for _, s := range services {
		if s.Tag != "" {
			plain[s.Name] = plainService{Image: familiarImage(s.Image), Tag: s.Tag}
		}
	}
	return plain
}

// familiarImage shortens docker.io/library/redis to redis and
// docker.io/org/app to org/app, but not docker.io/example.org/app, which would
// name another registry.
func familiarImage(image string) string {
	path := strings.TrimPrefix(image, "docker.io/")
	org, name, nested := strings.Cut(path, "/")
	switch {
	case nested && org == "library" && !strings.Contains(name, "/"):
		return name
	case path != image && nested && strings.ContainsAny(org, ".:"):
		return image
	default:
		return path
	}
}

// encode writes text as it is: "&" and "<" are escaped by whoever puts them
// into HTML, not in a JSON file.
func encode(value any, indent string) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", indent)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
