package upstream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// The API of Docker Hub tells when a tag was pushed, which no registry does. It lists a
// hundred tags a page, so the list itself comes from the registry, in one request; this
// API is asked only about tags that matter.
const (
	hubDomain = "docker.io/"
	hubHost   = "hub.docker.com"
	hubAPI    = "https://" + hubHost + "/v2/namespaces/%s/repositories/%s/tags"
)

// hubPage are the tags that were pushed last.
type hubPage struct {
	tags   []Tag
	before time.Time // all others were pushed; zero where there are none
}

func (c *Client) hubPage(ctx context.Context, r ref) (hubPage, error) {
	var found struct {
		Count   int      `json:"count"`
		Results []hubTag `json:"results"`
	}
	err := c.askHub(ctx, r, "?page_size=100&ordering=last_updated", &found)
	var page hubPage
	for _, result := range found.Results {
		page.tags = append(page.tags, result.tag())
	}
	if n := len(found.Results); n > 0 && found.Count > n {
		page.before = found.Results[n-1].Updated
	}
	return page, err
}

// hubTag is one tag, whenever it was pushed.
func (c *Client) hubTag(ctx context.Context, r ref, name string) (Tag, error) {
	var found hubTag
	err := c.askHub(ctx, r, "/"+url.PathEscape(name), &found)
	if err == nil && found.Name != name {
		return Tag{}, fmt.Errorf("%s: the API of Docker Hub answers with another tag than %s", r.repository, name)
	}
	return found.tag(), err
}

type hubTag struct {
	Name    string    `json:"name"`
	Pushed  time.Time `json:"tag_last_pushed"` // null where nobody pushed it since that is recorded
	Updated time.Time `json:"last_updated"`    // no earlier; the page is in its order
	Digest  string    `json:"digest"`
}

func (t hubTag) tag() Tag {
	if _, err := v1.NewHash(t.Digest); err != nil {
		t.Digest = "" // old tags have none
	}
	pushed := t.Pushed
	if pushed.IsZero() {
		pushed = t.Updated
	}
	return Tag{Name: t.Name, Pushed: pushed, Digest: t.Digest}
}

// askHub asks once, however many ask at once and as long as the answer holds.
func (c *Client) askHub(ctx context.Context, r ref, what string, answer any) error {
	namespace, name, ok := strings.Cut(strings.TrimPrefix(r.repository, hubDomain), "/")
	if !ok || strings.Contains(name, "/") {
		return fmt.Errorf("%s: Docker Hub has no such repositories", r.repository)
	}
	at := fmt.Sprintf(hubAPI, namespace, name) + what
	body, err := c.bodies.do(ctx, at, func(ctx context.Context) ([]byte, error) {
		var known json.RawMessage
		if asked, found := c.cache.Get(at, &known); found && (c.offline || c.cache.now().Sub(asked) < TagExpiry) {
			return known, nil
		}
		if c.offline {
			return nil, fmt.Errorf("%s: %w, and not asked before", r.repository, ErrOffline)
		}
		ctx, cancel := context.WithTimeoutCause(ctx, callTimeout, errLate)
		defer cancel()
		body, err := c.getHub(ctx, at)
		if err != nil {
			return nil, explainHub(ctx, err)
		}
		c.cache.Put(at, json.RawMessage(body))
		return body, nil
	})
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, answer); err != nil {
		return fmt.Errorf("the API of Docker Hub answers what it should not: %s", clip(err.Error()))
	}
	return nil
}

func (c *Client) getHub(ctx context.Context, at string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		return nil, err
	}
	res, err := (&http.Client{Transport: c.sessions.transport}).Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if err := transport.CheckError(res, http.StatusOK); err != nil {
		return nil, err
	}
	return io.ReadAll(res.Body)
}

func explainHub(ctx context.Context, err error) error {
	if unsent := explainUnsent(ctx, hubHost, err); unsent != nil {
		return unsent
	}
	var answer *transport.Error
	if errors.As(err, &answer) {
		return fmt.Errorf("%s answers %d %s", hubHost, answer.StatusCode, http.StatusText(answer.StatusCode))
	}
	return fmt.Errorf("%s: %s", hubHost, clip(err.Error()))
}
