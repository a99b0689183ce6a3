package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"coopcloud.tech/catalogue/internal/upstream"
)

// defaultForge is where the commons keeps its recipes; RECIPE_LINT_FORGE names
// another organisation on a Gitea or Forgejo.
const defaultForge = "https://git.coopcloud.tech/coop-cloud"

const (
	repoExpiry   = 6 * time.Hour
	noRepoExpiry = time.Hour
	maxRepo      = 1 << 20 // bytes of what the API says of one repository
)

// forge knows which recipes have a repository.
type forge struct {
	base  *url.URL
	cache upstream.Cache
}

func newForge(c *cli, cache upstream.Cache) (*forge, error) {
	where := cmp.Or(c.getenv("RECIPE_LINT_FORGE"), defaultForge)
	base, err := parseURL(where)
	if err == nil && strings.Trim(base.Path, "/") == "" {
		err = errors.New("it names no organisation; expected https://HOST/ORG")
	}
	if err != nil {
		return nil, usagef("RECIPE_LINT_FORGE %s: %w", where, err)
	}
	return &forge{base, cache}, nil
}

// has asks the API, since only its 404 says that there is no such repository; a
// page's may say that visitors must log in.
func (f *forge) has(ctx context.Context, name string) (bool, error) {
	api := f.base.JoinPath("..", "api", "v1", "repos", path.Base(f.base.Path), name)
	question := "forge " + api.String()
	var exists bool
	at, known := f.cache.Get(question, &exists)
	expiry := noRepoExpiry
	if exists {
		expiry = repoExpiry
	}
	if known && time.Since(at) < expiry {
		return exists, nil
	}
	res, err := get(ctx, api, maxRepo)
	switch {
	case err != nil:
		return false, fmt.Errorf("the forge: %w", err)
	case res.status == http.StatusOK && res.isJSON:
		exists = true
	case res.status == http.StatusNotFound && res.isJSON:
		exists = false
	default:
		return false, fmt.Errorf("the forge: %s answers %s, but not as Gitea or Forgejo does", f.base.Host, statusText(res.status))
	}
	f.cache.Put(question, exists)
	return exists, nil
}
