package upstream

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"coopcloud.tech/catalogue/internal/netguard"
)

const (
	perHost    = 4                // requests at a time
	maxTries   = 3                // of one request
	maxWait    = 30 * time.Second // that a server may ask for, each time
	coolDown   = time.Minute      // of a server that names no time
	retryPause = time.Second
)

// polite is a transport that asks no host more at a time than it can bear, waits as
// long as it is told to, and leaves a host alone that is out of patience or out of
// reach, or says that its quota is spent: so neither that is burnt nor time, image
// after image.
type polite struct {
	next  http.RoundTripper
	now   func() time.Time
	mu    sync.Mutex
	hosts map[string]*host
}

type host struct {
	slots chan struct{}
	mu    sync.Mutex
	until time.Time // no request before
	cause error
}

func (p *polite) RoundTrip(req *http.Request) (*http.Response, error) {
	h := p.host(netguard.HostPort(req.URL))
	for try := 1; ; try++ {
		if err := h.closed(p.now()); err != nil {
			return nil, err
		}
		res, err := h.send(p.next, req)
		if err != nil {
			if isDial(err) && req.Context().Err() == nil {
				h.close(p.now().Add(coolDown), err)
			}
			return nil, err
		}
		wait, again := p.wait(h, res, try)
		if !again || req.Body != nil && req.Body != http.NoBody {
			return p.answer(h, req, res)
		}
		_ = res.Body.Close() // what it says is that it should be asked later
		if err := sleep(req, wait); err != nil {
			return nil, err
		}
	}
}

// wait says whether to ask again, and when. A server that wants more patience than
// there is, or names no time, is left alone.
func (p *polite) wait(h *host, res *http.Response, try int) (time.Duration, bool) {
	refused := res.StatusCode == http.StatusTooManyRequests
	wait, told := retryAfter(res.Header, p.now())
	switch {
	case !refused && !isOverloaded(res.StatusCode):
		return 0, false
	case told && wait <= maxWait && try < maxTries:
		return wait, true
	case refused:
		if quota, spent := spentQuota(res.Header, p.now()); spent && !told {
			wait = quota
		} else if !told {
			wait = coolDown
		}
		h.close(p.now().Add(wait), limited(res.Request.URL.Host, wait))
		return 0, false
	}
	return retryPause, !told && try < maxTries-1
}

func isOverloaded(status int) bool {
	return status == http.StatusBadGateway || status == http.StatusServiceUnavailable || status == http.StatusGatewayTimeout
}

func limited(host string, wait time.Duration) error {
	return &halt{ErrLimited, fmt.Sprintf("%s: %s; to be asked again in %s", host, ErrLimited, wait.Round(time.Second))}
}

// answer passes on what is no refusal to serve for now. The last answer of a quota is
// one like any other; the next question would be refused.
func (p *polite) answer(h *host, req *http.Request, res *http.Response) (*http.Response, error) {
	if err := h.closed(p.now()); err != nil && res.StatusCode == http.StatusTooManyRequests {
		_ = res.Body.Close()
		return nil, err
	}
	if wait, spent := spentQuota(res.Header, p.now()); spent {
		h.close(p.now().Add(wait), limited(res.Request.URL.Host, wait))
	}
	limit := bodyLimit(req.Context())
	res.Body = &bounded{res.Body, limit, limit}
	return res, nil
}

func (p *polite) host(name string) *host {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.hosts[name] == nil {
		p.hosts[name] = &host{slots: make(chan struct{}, perHost)}
	}
	return p.hosts[name]
}

func (h *host) send(next http.RoundTripper, req *http.Request) (*http.Response, error) {
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
		return next.RoundTrip(req)
	case <-req.Context().Done():
		return nil, req.Context().Err()
	}
}

func (h *host) close(until time.Time, cause error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.until, h.cause = until, cause
}

// closed is why the host is left alone; nil where it is not.
func (h *host) closed(now time.Time) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if now.Before(h.until) {
		return h.cause
	}
	return nil
}

func sleep(req *http.Request, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-req.Context().Done():
		return req.Context().Err()
	}
}

func isDial(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}
