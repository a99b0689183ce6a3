package git

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

// guard is a transport that goes to public https servers only, and to the one server
// that the operator named. The rule holds for every redirect, and is checked again on
// the address that is really dialled, so a name that resolves to something else the
// second time (DNS rebinding) gains nothing.
//
// Where the environment names a proxy (HTTPS_PROXY), the proxy resolves and dials: then
// only URLs that spell out a private address are refused here, and the proxy's own
// rules stand in for the rest.
type guard struct {
	trusted map[string]bool // host:port that the operator named
	direct  *http.Transport
	proxied *http.Transport
}

func newGuard(u *url.URL, trusted bool) *guard {
	g := &guard{trusted: map[string]bool{}}
	if trusted {
		g.trusted[hostPort(u)] = true
		if u.Scheme == "http" && hostPort(u) == net.JoinHostPort(u.Hostname(), "80") {
			g.trusted[net.JoinHostPort(u.Hostname(), "443")] = true // http that redirects to https
		}
	}
	g.direct = newTransport(g.dial)
	g.proxied = newTransport((&net.Dialer{Timeout: dialTimeout}).DialContext)
	g.proxied.Proxy = http.ProxyFromEnvironment
	return g
}

const dialTimeout = 15 * time.Second

func newTransport(dial func(context.Context, string, string) (net.Conn, error)) *http.Transport {
	return &http.Transport{
		DialContext:            dial,
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    dialTimeout,
		ResponseHeaderTimeout:  time.Minute,
		MaxResponseHeaderBytes: 64 << 10,
	}
}

func (g *guard) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := g.check(req.URL); err != nil {
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
	if g.trusted[hostPort(u)] {
		return nil
	}
	if u.Scheme != "https" {
		return fmt.Errorf("%w: %s://%s is not https", ErrRefused, u.Scheme, u.Host)
	}
	if addr, err := netip.ParseAddr(u.Hostname()); err == nil && !isPublic(addr) || isLoopback(u.Hostname()) {
		return refusedAddress(u.Host)
	}
	return nil
}

func (g *guard) dial(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: dialTimeout}
	if !g.trusted[address] {
		dialer.Control = func(_, resolved string, _ syscall.RawConn) error {
			to, err := netip.ParseAddrPort(resolved)
			if err != nil || !isPublic(to.Addr()) {
				return refusedAddress(address)
			}
			return nil
		}
	}
	return dialer.DialContext(ctx, network, address)
}

func refusedAddress(host string) error {
	return fmt.Errorf("%w: %s is a private address, which only a URL that the operator wrote may name", ErrRefused, host)
}

func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}

func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	name := strings.TrimSuffix(strings.ToLower(host), ".")
	return err == nil && addr.Unmap().IsLoopback() || name == "localhost" || strings.HasSuffix(name, ".localhost")
}
