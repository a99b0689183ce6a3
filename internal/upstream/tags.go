package upstream

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Listing is what a registry says of all tags of a repository.
type Listing struct {
	Repository string    `json:"repository"` // docker.io/library/nginx
	Tags       []Tag     `json:"tags"`       // in the registry's order, each once
	CheckedAt  time.Time `json:"checked_at"` // when the registry said so
}

// ErrPartial says that a list of tags began, but could not be read whole: nothing can be
// said of what is missing.
var ErrPartial = errors.New("the list of tags could not be read whole")

// FailureExpiry is how long a repository is left alone that could not be listed.
const FailureExpiry = 10 * time.Minute

const listTimeout = 5 * time.Minute // for all pages, waits included

// Tags lists all tags of the reference's repository: the whole list or an error, which is
// ErrNotFound where the registry has no such repository. All who ask for a repository,
// also at once, share one listing, and also its failure.
func (c *Client) Tags(ctx context.Context, reference string) (Listing, error) {
	r, err := parse(reference)
	if err != nil {
		return Listing{}, err
	}
	listing, err := c.listings.do(ctx, r.repository, func(ctx context.Context) (Listing, error) {
		if listing, err, known := c.knownTags(r); known {
			return listing, err
		}
		return c.askTags(ctx, r)
	})
	if err != nil && ctx.Err() != nil {
		err = fmt.Errorf("%s: %w", r.remote.Context().RegistryStr(), context.Cause(ctx))
	}
	return listing, err
}

func (c *Client) askTags(ctx context.Context, r ref) (Listing, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, listTimeout, fmt.Errorf("no whole list in %s", listTimeout))
	defer cancel()
	names, err := c.list(ctx, r)
	listing := newListing(r, names, c.cache.now())
	switch {
	case errors.Is(err, ErrNotFound):
		c.cache.Put(tagsQuestion(r), tagsAnswer{Missing: true})
	case errors.Is(err, context.Canceled): // nobody waits for it; the next may have more patience
		return Listing{}, err
	case err == nil && c.cache.Put(tagsQuestion(r), tagsAnswer{Tags: names}):
		return listing, nil
	}
	c.memory.put(r.repository, listed{listing, err, c.cache.now()})
	return listing, err
}

// tagsAnswer is what the cache keeps of a repository: names alone take a fifth of the
// space.
type tagsAnswer struct {
	Missing bool     `json:"missing"`
	Tags    []string `json:"tags"`
}

func tagsQuestion(r ref) string { return "tags " + r.repository }

func newListing(r ref, names []string, at time.Time) Listing {
	listing := Listing{Repository: r.repository, Tags: make([]Tag, 0, len(names)), CheckedAt: at}
	for _, name := range names {
		listing.Tags = append(listing.Tags, Tag{Name: name})
	}
	return listing
}

// knownTags looks into the memory, for what the cache cannot hold, and into the cache.
func (c *Client) knownTags(r ref) (listing Listing, err error, known bool) {
	if found, ok := c.memory.get(r.repository, c.cache.now()); ok {
		return found.listing, found.err, true
	}
	var a tagsAnswer
	at, found := c.cache.Get(tagsQuestion(r), &a)
	age, expiry := c.cache.now().Sub(at), TagExpiry
	if a.Missing {
		expiry = NotFoundExpiry
	}
	switch {
	case !found && c.offline:
		return listing, fmt.Errorf("the tags of %s: %w, and not asked before", r.repository, ErrOffline), true
	case !found, age >= expiry && !c.offline:
		return listing, nil, false
	case a.Missing:
		return listing, fmt.Errorf("%s: %w", r.repository, ErrNotFound), true
	}
	return newListing(r, a.Tags, at), nil, true
}

// memory holds, for the client's life, listings that the cache does not keep: failures,
// and whatever where there is no cache.
type memory struct {
	mu  sync.Mutex
	all map[string]listed // by repository
}

type listed struct {
	listing Listing
	err     error
	at      time.Time
}

func (m *memory) put(repository string, l listed) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.all == nil {
		m.all = map[string]listed{}
	}
	m.all[repository] = l
}

func (m *memory) get(repository string, now time.Time) (listed, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found, ok := m.all[repository]
	if !ok || now.Sub(found.at).Abs() >= found.expiry() {
		delete(m.all, repository)
		return listed{}, false
	}
	return found, true
}

func (l listed) expiry() time.Duration {
	switch {
	case l.err == nil:
		return TagExpiry
	case errors.Is(l.err, ErrNotFound):
		return NotFoundExpiry
	}
	return FailureExpiry
}
