package upstream

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"sync"
	"time"
)

// greetingExpiry bounds how long a registry's way to log in is taken for granted.
const greetingExpiry = time.Hour

// greeter is a transport that greets each registry once. The library greets, at /v2/, to
// learn how to log in, once for each repository: that doubles the requests of a listing.
type greeter struct {
	next    http.RoundTripper
	now     func() time.Time
	flights flights[greeting]
	mu      sync.Mutex
	known   map[string]greeting // by URL
}

type greeting struct {
	at     time.Time
	status int
	header http.Header
	body   []byte
}

func (g *greeter) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Method != http.MethodGet || req.URL.Path != "/v2/" || req.URL.RawQuery != "" {
		return g.next.RoundTrip(req)
	}
	found, err := g.flights.do(req.Context(), req.URL.String(), func(ctx context.Context) (greeting, error) {
		return g.greet(req.WithContext(ctx))
	})
	if err != nil {
		return nil, err
	}
	return found.response(req), nil
}

// greet keeps only what says how to log in; anything else may be better next time.
func (g *greeter) greet(req *http.Request) (greeting, error) {
	g.mu.Lock()
	found := g.known[req.URL.String()]
	g.mu.Unlock()
	if g.now().Sub(found.at).Abs() < greetingExpiry {
		return found, nil
	}
	res, err := g.next.RoundTrip(req)
	if err != nil {
		return greeting{}, err
	}
	defer res.Body.Close()
	found = greeting{g.now(), res.StatusCode, res.Header, nil}
	if res.StatusCode == http.StatusOK || res.StatusCode == http.StatusUnauthorized {
		g.mu.Lock()
		g.known[req.URL.String()] = found
		g.mu.Unlock()
		return found, nil
	}
	found.body, err = io.ReadAll(io.LimitReader(res.Body, maxGreeting))
	return found, err
}

const maxGreeting = 64 << 10 // bytes of a refusal's words

func (g greeting) response(req *http.Request) *http.Response {
	return &http.Response{
		Status: http.StatusText(g.status), StatusCode: g.status, Header: g.header.Clone(),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Body: io.NopCloser(bytes.NewReader(g.body)), ContentLength: int64(len(g.body)), Request: req,
	}
}
