// Package lifecycle knows until when upstream keeps up the line that an image's tag
// belongs to, as https://endoflife.date says.
package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/internal/netguard"
	"coopcloud.tech/catalogue/internal/upstream"
)

// DefaultURL is where the documents are.
const DefaultURL = "https://endoflife.date/api"

const (
	expiry     = 24 * time.Hour
	coolDown   = 10 * time.Minute // after a failure
	timeout    = 30 * time.Second // of one document
	patience   = 15 * time.Second // for the header of an answer
	maxBody    = 1 << 20          // bytes; the largest has 40 KiB
	redirected = 5
)

// Options of a Client.
type Options struct {
	URL       string // "" is DefaultURL; any other may have a private address, and a loopback one may lack TLS
	CacheDir  string // "" keeps nothing
	UserAgent string
	Now       func() time.Time // nil is time.Now
}

// Client asks for one document at a time, and for each at most once a day. It is safe
// for use by several goroutines.
type Client struct {
	base  *url.URL
	agent string
	cache upstream.Cache
	http  *http.Client
	now   func() time.Time

	mu    sync.Mutex
	read  map[string]document // by product, for the client's life
	until time.Time           // no request before
	cause error
}

// document is what is known of a product.
type document struct {
	cycles []cycle
	err    error // why there is nothing newer
	until  time.Time
}

// New fails where the URL is none.
func New(o Options) (*Client, error) {
	if o.URL == "" {
		o.URL = DefaultURL
	}
	base, err := url.Parse(strings.TrimSuffix(o.URL, "/"))
	if err != nil || base.Host == "" || base.User != nil || base.RawQuery != "" ||
		base.Scheme != "https" && (base.Scheme != "http" || !netguard.IsLoopback(base.Hostname())) {
		return nil, fmt.Errorf("%q is no address of documents; expected https://HOST/PATH", o.URL)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	c := &Client{base: base, agent: o.UserAgent, cache: upstream.Cache{Dir: o.CacheDir, Now: o.Now}, now: o.Now, read: map[string]document{}}
	c.http = &http.Client{Timeout: timeout, Transport: netguard.New(c.rules(o.URL != DefaultURL), patience), CheckRedirect: fewRedirects}
	return c, nil
}

// rules keep every request, redirects too, on the one server.
func (c *Client) rules(mayBePrivate bool) netguard.Rules {
	return netguard.Rules{
		URL: func(u *url.URL) error {
			if u.Scheme != c.base.Scheme || netguard.HostPort(u) != netguard.HostPort(c.base) {
				return fmt.Errorf("not asked, for safety: it leads to %s", u.Host)
			}
			return nil
		},
		Dial: func(_ string, to netip.Addr) error {
			if !mayBePrivate && !netguard.IsPublic(to) {
				return fmt.Errorf("not asked, for safety: %s is no public address", to)
			}
			return nil
		},
	}
}

func fewRedirects(_ *http.Request, via []*http.Request) error {
	if len(via) > redirected {
		return errors.New("too many redirects")
	}
	return nil
}

// Of tells the end of the line that an image's tag belongs to; nil where the image is no
// product that is known, or the tag names no line of it. With an error, what is returned
// stands on an older document, if there was one.
func (c *Client) Of(ctx context.Context, image, tag string) (*catalogue.EndOfLife, error) {
	product := productOf(image)
	if product == "" || tag == "" {
		return nil, nil
	}
	cycles, err := c.cycles(ctx, product)
	found, ok := match(cycles, tag)
	if !ok {
		return nil, err
	}
	return &catalogue.EndOfLife{Product: product, Cycle: string(found.Name), Date: found.End.Date, Ended: found.End.Ended}, err
}

// answer is what the cache keeps: the document as it was sent.
type answer struct {
	Body string `json:"body"` // "" where there is no such product
}

func (c *Client) cycles(ctx context.Context, product string) ([]cycle, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	known, ok := c.read[product]
	if !ok || !c.now().Before(known.until) {
		known = c.renew(ctx, product)
		if ctx.Err() == nil {
			c.read[product] = known
		}
	}
	return known.cycles, known.err
}

// renew reads a document from the cache, or asks for it where that is a day old. Where
// that fails, the old one is as good as before.
func (c *Client) renew(ctx context.Context, product string) document {
	question := "end of life " + c.base.String() + "/" + product
	var kept answer
	at, isKept := c.cache.Get(question, &kept)
	old, err := parseAnswer(kept)
	if isKept && err == nil && c.now().Sub(at) < expiry {
		return document{old, nil, at.Add(expiry)}
	}
	body, err := c.ask(ctx, product)
	cycles, wrong := parseAnswer(answer{string(body)})
	if err = errors.Join(err, wrong); err != nil {
		return document{old, fmt.Errorf("end of life of %s: %w", product, err), c.now().Add(coolDown)}
	}
	c.cache.Put(question, answer{string(body)})
	return document{cycles, nil, c.now().Add(expiry)}
}

func parseAnswer(a answer) ([]cycle, error) {
	if a.Body == "" {
		return nil, nil
	}
	return parse([]byte(a.Body))
}

// ask leaves the server alone for a while that could not answer.
func (c *Client) ask(ctx context.Context, product string) ([]byte, error) {
	if c.now().Before(c.until) {
		return nil, c.cause
	}
	body, err := c.get(ctx, product)
	if err != nil && ctx.Err() == nil {
		c.until, c.cause = c.now().Add(coolDown), err
	}
	return body, err
}

// get returns nothing, and no error, where there is no such product.
func (c *Client) get(ctx context.Context, product string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base.JoinPath(product+".json").String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", c.agent)
	req.Header.Set("Accept", "application/json")
	res, err := c.http.Do(req)
	if err != nil {
		var failed *url.Error
		if errors.As(err, &failed) {
			err = failed.Err
		}
		return nil, fmt.Errorf("%s could not be asked: %w", c.base.Host, err)
	}
	defer res.Body.Close()
	switch res.StatusCode {
	case http.StatusOK:
	case http.StatusNotFound:
		return nil, nil
	default:
		return nil, fmt.Errorf("%s answered %d %s", c.base.Host, res.StatusCode, http.StatusText(res.StatusCode))
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxBody+1))
	if err == nil && len(body) > maxBody {
		err = fmt.Errorf("more than %d bytes", maxBody)
	}
	if err != nil {
		return nil, fmt.Errorf("%s broke off: %w", c.base.Host, err)
	}
	return body, nil
}
