package source

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
)

const (
	maxPages    = 200
	listingTime = 10 * time.Minute // for all pages, waiting for rate limits included
	maxText     = 2000             // bytes kept of a description
)

// forge is a server's API for listing an owner's repos.
type forge struct {
	base     *url.URL // what the operator wrote: clone URLs below it are trusted
	owner    string
	paths    []string // of the API, tried in turn until one is not 404
	query    url.Values
	total    string // header with the number of repos; "" where there is none
	tokenEnv string
	scheme   string // of the Authorization header
	decode   func(body []byte) ([]entry, error)
}

// entry is a repo as the forge lists it.
type entry struct {
	Repo
	template bool
}

func (f forge) list(ctx context.Context, client *http.Client, found *listing) error {
	ctx, cancel := context.WithTimeoutCause(ctx, listingTime, fmt.Errorf("not listed after %s", listingTime))
	defer cancel()
	api, err := f.client(client)
	if err != nil {
		return err
	}
	for _, path := range f.paths {
		err = f.pages(ctx, api, path, found)
		if !errors.Is(err, errNotFound) {
			return err
		}
	}
	return fmt.Errorf("%s has no organisation, group or user %q that is visible %s", f.base.Host, f.owner, api.identity())
}

// pages reads one page after the other, by number: a Link header is asked whether
// there is a next one, and never followed.
func (f forge) pages(ctx context.Context, api client, path string, found *listing) error {
	known := map[string]bool{} // clone URLs
	count := 0
	for number := 1; number <= maxPages; number++ {
		f.query.Set("page", strconv.Itoa(number))
		answer, err := api.get(ctx, path+"?"+f.query.Encode())
		if number > 1 && errors.Is(err, errNotFound) {
			return fmt.Errorf("page %d of %s is missing", number, api.root.Host)
		}
		if err != nil {
			return err
		}
		entries, err := f.decode(answer.body)
		if err != nil {
			return fmt.Errorf("page %d of %s is no list of repositories: %w", number, api.root.Host, err)
		}
		if len(entries) == 0 {
			return nil
		}
		before := len(known)
		for _, e := range entries {
			known[e.URL] = true
			f.take(e, found)
		}
		if len(known) == before {
			return fmt.Errorf("page %d of %s repeats earlier ones", number, api.root.Host)
		}
		count += len(entries)
		if f.isLast(answer.header, count) {
			return nil
		}
	}
	return fmt.Errorf("%s lists more than %d pages", api.root.Host, maxPages)
}

// isLast trusts a Link header or a total that says so. Where a server sends neither
// (GitHub, when there is one page), the next page is asked for and found empty: page
// sizes say nothing, since servers cap them.
func (f forge) isLast(header http.Header, count int) bool {
	total, err := strconv.Atoi(header.Get(f.total))
	if err == nil {
		return count >= total
	}
	links := strings.Join(header.Values("Link"), ",")
	return links != "" && !strings.Contains(links, `rel="next"`)
}

// take keeps what may be a recipe.
func (f forge) take(e entry, found *listing) {
	if e.template || hidden(e.Name) {
		return
	}
	where := fmt.Sprintf("%s: repo %.100q", f.base.Host, e.Name)
	u, err := url.Parse(e.URL)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		found.problem(where, "left out: its clone URL %.200q is not https://HOST/PATH", e.URL)
		return
	}
	u.User = nil
	repo := e.Repo
	repo.URL = u.String()
	repo.Trusted = sameOrigin(f.base, u)
	if repo.Trusted && mayCarryToken(u) {
		repo.Token = os.Getenv(f.tokenEnv)
	}
	repo.WebURL, repo.Website, repo.Icon = webURL(repo.WebURL), webURL(repo.Website), webURL(repo.Icon)
	if len(repo.Description) > maxText {
		repo.Description = strings.ToValidUTF8(repo.Description[:maxText], "") + "…"
	}
	found.add(where, repo)
}

// hidden tells `.profile` and the like from names that are tricks.
func hidden(name string) bool {
	rest, dotted := strings.CutPrefix(name, ".")
	return dotted && catalogue.CheckName(rest) == nil
}

// webURL drops what must not become a link on a page, such as javascript: URLs.
func webURL(text string) string {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return u.String()
}
