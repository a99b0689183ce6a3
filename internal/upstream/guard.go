package upstream

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// guard is a transport that goes to public https servers only, and to the registries
// that the operator allowed by name: a recipe may name 169.254.169.254 as its registry,
// a registry may name it as its token server. The rule is checked again on the address
// that is really dialled, so a name that resolves to something else the second time
// gains nothing. Plain http is for loopback alone.
//
// Where the environment names a proxy, the proxy resolves and dials: then only URLs
// that spell out a private address are refused here.
type guard struct {
	allowed map[string]bool // host:port
	direct  *http.Transport
	proxied *http.Transport
}

const dialTimeout = 15 * time.Second

func newGuard(private []string) *guard {
	g := &guard{allowed: map[string]bool{}}
	for _, registry := range private {
		g.allowed[hostPort(&url.URL{Scheme: "https", Host: registry})] = true
		g.allowed[hostPort(&url.URL{Scheme: "http", Host: registry})] = true
	}
	g.direct = newTransport(g.dial)
	g.proxied = newTransport((&net.Dialer{Timeout: dialTimeout}).DialContext)
	g.proxied.Proxy = http.ProxyFromEnvironment
	return g
}

func newTransport(dial func(context.Context, string, string) (net.Conn, error)) *http.Transport {
	return &http.Transport{
		DialContext:            dial,
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    dialTimeout,
		ResponseHeaderTimeout:  30 * time.Second,
		IdleConnTimeout:        time.Minute,
		MaxIdleConnsPerHost:    perHost,
		MaxResponseHeaderBytes: 64 << 10,
	}
}

func (g *guard) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := g.check(req.URL); err != nil {
		return nil, err
	}
	req, err := withoutCredentials(req)
	if err != nil {
		return nil, err
	}
	proxy, err := http.ProxyFromEnvironment(req)
	if err != nil {
		return nil, err
	}
	if proxy != nil {
		return g.proxied.RoundTrip(req)
	}
	return g.direct.RoundTrip(req)
}

func (g *guard) check(u *url.URL) error {
	if g.allowed[hostPort(u)] {
		if u.Scheme == "https" || isLoopback(u.Hostname()) {
			return nil
		}
		return refusef("%s without TLS, which only a loopback address may lack", u.Host)
	}
	if addr, err := netip.ParseAddr(u.Hostname()); err == nil && !isPublic(addr) || isLoopback(u.Hostname()) {
		return refusedAddress(u.Host)
	}
	if u.Scheme != "https" {
		return refusef("%s without TLS", u.Host)
	}
	return nil
}

func (g *guard) dial(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: dialTimeout, Control: func(_, resolved string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(resolved)
		if err != nil || !g.mayDial(address, to.Addr()) {
			return refusedAddress(address)
		}
		return nil
	}}
	return dialer.DialContext(ctx, network, address)
}

// mayDial lets a loopback name lead to loopback only: it is asked without TLS.
func (g *guard) mayDial(address string, to netip.Addr) bool {
	host, _, err := net.SplitHostPort(address)
	switch {
	case err != nil:
		return false
	case !g.allowed[address]:
		return isPublic(to)
	case isLoopback(host):
		return to.Unmap().IsLoopback()
	}
	return true
}

// withoutCredentials keeps what was meant for one host from the host that it
// redirects to: the header, and the body of a token request, which holds a password.
func withoutCredentials(req *http.Request) (*http.Request, error) {
	if req.Response == nil || req.Response.Request == nil || hostPort(first(req).URL) == hostPort(req.URL) {
		return req, nil
	}
	if req.Method != http.MethodGet && req.Method != http.MethodHead {
		return nil, refusef("%s redirects credentials to %s", first(req).URL.Host, req.URL.Host)
	}
	clean := req.Clone(req.Context())
	clean.Header.Del("Authorization")
	clean.Header.Del("Cookie")
	return clean, nil
}

// first is the request that a chain of redirects began with.
func first(req *http.Request) *http.Request {
	for req.Response != nil && req.Response.Request != nil {
		req = req.Response.Request
	}
	return req
}

func refusef(format string, args ...any) error {
	return &halt{ErrRefused, ErrRefused.Error() + ": " + fmt.Sprintf(format, args...)}
}

func refusedAddress(host string) error {
	return refusef("%s is a private address, which only the operator may allow", clip(host))
}

func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return net.JoinHostPort(strings.ToLower(u.Hostname()), port)
}

func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	name := strings.TrimSuffix(strings.ToLower(host), ".")
	return err == nil && addr.Unmap().IsLoopback() || name == "localhost" || strings.HasSuffix(name, ".localhost")
}
