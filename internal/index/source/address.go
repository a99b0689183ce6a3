package source

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// splitLast splits URL/OWNER, where URL may have a path of its own (a forge below a
// sub-path) and may be missing where there is a default.
func splitLast(text, usual string) (*url.URL, string, error) {
	u, err := withDefault(text, usual)
	if err != nil {
		return nil, "", err
	}
	path := strings.Trim(u.Path, "/")
	slash := strings.LastIndexByte(path, '/')
	owner := path[slash+1:]
	u.Path, u.RawPath = "/"+path[:max(slash, 0)], ""
	u.Path = strings.TrimRight(u.Path, "/")
	return u, owner, checkOwner(owner)
}

// splitHost splits URL/GROUP, where GROUP may have several elements and URL has no path.
func splitHost(text, usual string) (*url.URL, string, error) {
	u, err := withDefault(text, usual)
	if err != nil {
		return nil, "", err
	}
	group := strings.Trim(u.Path, "/")
	u.Path, u.RawPath = "", ""
	for element := range strings.SplitSeq(group, "/") {
		if err := checkOwner(element); err != nil {
			return nil, "", err
		}
	}
	return u, group, nil
}

func withDefault(text, usual string) (*url.URL, error) {
	if !strings.Contains(text, "://") {
		if usual == "" {
			return nil, errors.New("expected https://HOST/ORG after `gitea:`")
		}
		text = usual + "/" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, errors.New("expected https://HOST/ORG")
	}
	if u.User != nil {
		return nil, errors.New("the URL holds credentials; put a token into CATALOGUE_GITEA_TOKEN, CATALOGUE_GITHUB_TOKEN or CATALOGUE_GITLAB_TOKEN instead")
	}
	if u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New("expected https://HOST/ORG, without ? or #")
	}
	return u, nil
}

func checkOwner(owner string) error {
	if owner == "" || owner == "." || owner == ".." {
		return fmt.Errorf("%q is no organisation; expected https://HOST/ORG", owner)
	}
	return nil
}
