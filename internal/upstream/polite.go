package upstream

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"coopcloud.tech/catalogue/internal/netguard"
)

const (
	perHost     = 4                // requests at a time
	maxTries    = 3                // of one request
	maxWait     = 30 * time.Second // that a server may ask for, each time
	coolDown    = time.Minute      // of a server that names no time
	retryPause  = time.Second
	maxResponse = 4 << 20 // bytes of a body: the engine's own bound of a manifest
)

// polite is a transport that asks no host more at a time than it can bear, waits as
// long as it is told to, and leaves a host alone that is out of patience or out of
// reach: so neither a quota is burnt nor time, image after image.
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
			return p.answer(h, res)
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
		if !told {
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

func (p *polite) answer(h *host, res *http.Response) (*http.Response, error) {
	if err := h.closed(p.now()); err != nil {
		_ = res.Body.Close()
		return nil, err
	}
	res.Body = &bounded{res.Body, maxResponse}
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

// retryAfter reads seconds or a date (RFC 9110, 10.2.3).
func retryAfter(header http.Header, now time.Time) (time.Duration, bool) {
	text := header.Get("Retry-After")
	if seconds, err := strconv.Atoi(text); err == nil {
		return time.Duration(min(max(seconds, 0), 24*60*60)) * time.Second, true
	}
	if date, err := http.ParseTime(text); err == nil {
		return max(date.Sub(now), 0), true
	}
	return 0, false
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

// bounded is a body that fails where it becomes too long, rather than to pass for a
// shorter one.
type bounded struct {
	io.ReadCloser
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		var one [1]byte
		if n, err := b.ReadCloser.Read(one[:]); n == 0 {
			return 0, err
		}
		return 0, fmt.Errorf("it sent more than %d bytes", maxResponse)
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}
