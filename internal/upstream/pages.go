package upstream

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/google/go-containerregistry/pkg/v1/remote/transport"

	"coopcloud.tech/catalogue/internal/netguard"
)

// Bounds of a list. Real repositories have up to some ten thousand tags.
const (
	pageSize   = 1000     // tags: ECR refuses to give more at once; GHCR and Quay give 100 all the same
	maxPage    = 8 << 20  // bytes
	maxListing = 16 << 20 // bytes, of all pages
	maxTags    = 100_000
	meanPage   = 25 // tags that a page holds at least, on average
	thinPages  = 20 // that may come before the average counts
	listPath   = "/tags/list"
)

// list reads all pages of a repository's list of tags (OCI distribution spec, Content
// Discovery).
func (c *Client) list(ctx context.Context, r ref) ([]string, error) {
	l := lister{tags: map[string]bool{}, asked: map[string]bool{}}
	s, err := c.sessions.to(ctx, r.remote.Context())
	if err != nil {
		return nil, c.explain(ctx, r, err)
	}
	for next := firstPage(r); next != nil; {
		if next, err = l.read(ctx, s.client, next); err != nil {
			err = c.explain(ctx, r, err)
			if len(l.names) > 0 && !errors.Is(err, ErrPartial) {
				err = fmt.Errorf("%s: %w: after %d tags: %w", r.repository, ErrPartial, len(l.names), err)
			}
			return nil, err
		}
	}
	return l.names, nil
}

func firstPage(r ref) *url.URL {
	repository := r.remote.Context()
	return &url.URL{
		Scheme: repository.Scheme(), Host: repository.RegistryStr(), Path: "/v2/" + repository.RepositoryStr() + listPath,
		RawQuery: "n=" + strconv.Itoa(pageSize),
	}
}

// lister collects the tags of the pages that were read.
type lister struct {
	names []string
	tags  map[string]bool // the same
	asked map[string]bool // URLs
	bytes int
}

// read adds a page, and returns where the next one is; nil after the last.
func (l *lister) read(ctx context.Context, client *http.Client, at *url.URL) (next *url.URL, err error) {
	if l.asked[at.String()] {
		return nil, partialf("its pages lead in a circle")
	}
	l.asked[at.String()] = true
	p, err := getPage(ctx, client, at)
	if isRefusedSize(err) && len(l.asked) == 1 {
		return withoutSize(at), nil
	}
	if err != nil {
		return nil, err
	}
	before := len(l.names)
	if err := l.add(p); err != nil {
		return nil, err
	}
	isNew := len(l.names) > before
	switch {
	case p.next == nil && isNew && len(p.tags) == pageSize && at.Query().Has("n"):
		// Some registries name no next page: who asks for n and gets n has to ask on.
		return after(at, p.tags[len(p.tags)-1]), nil
	case p.next != nil && len(p.tags) > 0 && !isNew:
		return nil, partialf("its pages repeat each other")
	}
	return p.next, nil
}

var isTag = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$`).MatchString // OCI distribution spec, Pulling manifests

func (l *lister) add(p page) error {
	for _, tag := range p.tags {
		if !isTag(tag) {
			return partialf("it holds %q, which is no tag", clip(tag))
		}
		if !l.tags[tag] {
			l.tags[tag] = true
			l.names = append(l.names, tag)
		}
	}
	l.bytes += p.size
	pages := len(l.asked)
	switch {
	case len(l.names) > maxTags:
		return partialf("it has more than %d tags", maxTags)
	case l.bytes > maxListing:
		return partialf("it is longer than %d MiB", maxListing>>20)
	case pages > thinPages && len(l.names) < pages*meanPage:
		return partialf("%d pages hold %d tags, and there are more", pages, len(l.names))
	}
	return nil
}

// page is one page of a list.
type page struct {
	tags []string
	next *url.URL // nil where it is the last
	size int      // bytes
}

func getPage(ctx context.Context, client *http.Client, at *url.URL) (page, error) {
	req, err := http.NewRequestWithContext(withBodyLimit(ctx, maxPage), http.MethodGet, at.String(), nil)
	if err != nil {
		return page{}, err
	}
	req.Header.Set("Accept", "application/json")
	res, err := client.Do(req)
	if err != nil {
		return page{}, err
	}
	defer res.Body.Close()
	if err := transport.CheckError(res, http.StatusOK); err != nil {
		return page{}, err
	}
	if err := checkType(res.Header.Get("Content-Type")); err != nil {
		return page{}, err
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return page{}, errors.Join(ctx.Err(), partialf("a page ends early: %s", clip(err.Error())))
	}
	return parsePage(res, body)
}

func parsePage(res *http.Response, body []byte) (page, error) {
	var list struct {
		Tags json.RawMessage `json:"tags"`
	}
	p := page{size: len(body)}
	if err := json.Unmarshal(body, &list); err != nil {
		return p, partialf("a page is no whole JSON: %s", clip(err.Error()))
	}
	if err := json.Unmarshal(list.Tags, &p.tags); err != nil { // null where there is none, which is not the same as nothing
		return p, partialf("a page holds no list of tags")
	}
	next, err := nextPage(res)
	p.next = next
	return p, err
}

// checkType lets pass what may be JSON: ECR calls it text/plain, and some call it
// nothing.
func checkType(header string) error {
	kind, _, err := mime.ParseMediaType(cmp.Or(header, "application/json"))
	if err == nil && (kind == "application/json" || kind == "text/plain" || strings.HasSuffix(kind, "+json")) {
		return nil
	}
	return partialf("a page has the type %q; expected application/json", clip(header))
}

// linkValue is one of a Link header with what it is for (RFC 8288).
var linkValue = regexp.MustCompile(`<([^<>]*)>((?:\s*;[^,<]*)*)`)

// nextPage is on the host that sent this one: a list that goes on elsewhere is not
// followed there.
func nextPage(res *http.Response) (*url.URL, error) {
	for _, found := range linkValue.FindAllStringSubmatch(strings.Join(res.Header.Values("Link"), ","), -1) {
		if !isNext(found[2]) {
			continue
		}
		here := res.Request.URL
		next, err := here.Parse(found[1])
		if err != nil {
			return nil, partialf("the next page is nowhere: %s", clip(err.Error()))
		}
		next.Scheme = here.Scheme // behind a proxy, some do not know their own
		if netguard.HostPort(next) != netguard.HostPort(here) || next.User != nil {
			return nil, partialf("the next page is on another host, %s", clip(next.Host))
		}
		return next, nil
	}
	if header := strings.Join(res.Header.Values("Link"), ","); mayBeNext(header) {
		return nil, partialf("its Link header cannot be read: %q", clip(header))
	}
	return nil, nil
}

var target = regexp.MustCompile(`<[^<>]*>`)

// mayBeNext reports whether a header in which no next page was found may name one.
func mayBeNext(header string) bool {
	rest := strings.ToLower(target.ReplaceAllString(header, ""))
	return strings.TrimSpace(header) != "" && (strings.Contains(rest, "next") || !strings.Contains(rest, "rel"))
}

var relNext = regexp.MustCompile(`(?i)(?:^|[\s;])rel\s*=\s*(?:"[^"]*\bnext\b[^"]*"|next(?:$|[\s;]))`)

func isNext(parameters string) bool { return relNext.MatchString(parameters) }

func isRefusedSize(err error) bool {
	var answer *transport.Error
	return errors.As(err, &answer) && answer.StatusCode == http.StatusBadRequest
}

func withoutSize(at *url.URL) *url.URL { return withQuery(at, "n", "") }

func after(at *url.URL, last string) *url.URL { return withQuery(at, "last", last) }

func withQuery(at *url.URL, key, value string) *url.URL {
	changed, query := *at, at.Query()
	query.Set(key, value)
	if value == "" {
		query.Del(key)
	}
	changed.RawQuery = query.Encode()
	return &changed
}

func partialf(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrPartial, fmt.Sprintf(format, args...))
}
