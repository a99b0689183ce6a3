// Package netguard keeps requests that strangers may steer away from private networks:
// a recipe, a catalogue or a redirect may name any server, also 169.254.169.254.
package netguard

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// DialTimeout bounds the wait for a connection, and for its TLS handshake.
const DialTimeout = 15 * time.Second

// Rules say where requests may go. Each returns why not; nil where they may.
type Rules struct {
	// URL judges each request, redirects too.
	URL func(*url.URL) error
	// Dial judges the address that is really dialled for HOST:PORT, in lower case, so
	// that a name that resolves to something else the second time gains nothing.
	Dial func(hostPort string, to netip.Addr) error
}

// Transport sends only what its rules allow.
//
// Where the environment names a proxy (HTTPS_PROXY), the proxy resolves and dials: then
// only the rule for URLs holds, and the proxy's own rules stand in for the rest.
type Transport struct {
	rules           Rules
	direct, proxied *http.Transport
}

// New makes a transport that waits so long for the header of an answer.
func New(rules Rules, patience time.Duration) *Transport {
	t := &Transport{rules: rules}
	t.direct = newTransport(t.dial, patience)
	t.proxied = newTransport((&net.Dialer{Timeout: DialTimeout}).DialContext, patience)
	t.proxied.Proxy = http.ProxyFromEnvironment
	return t
}

func newTransport(dial func(context.Context, string, string) (net.Conn, error), patience time.Duration) *http.Transport {
	return &http.Transport{
		DialContext:            dial,
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    DialTimeout,
		ResponseHeaderTimeout:  patience,
		IdleConnTimeout:        time.Minute,
		MaxIdleConnsPerHost:    4,
		MaxResponseHeaderBytes: 64 << 10,
	}
}

// RoundTrip implements http.RoundTripper.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := t.rules.URL(req.URL); err != nil {
		return nil, err
	}
	proxy, err := http.ProxyFromEnvironment(req)
	if err != nil {
		return nil, err
	}
	if proxy != nil {
		return t.proxied.RoundTrip(req)
	}
	return t.direct.RoundTrip(req)
}

// CloseIdleConnections ends the connections that nothing uses.
func (t *Transport) CloseIdleConnections() {
	t.direct.CloseIdleConnections()
	t.proxied.CloseIdleConnections()
}

func (t *Transport) dial(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: DialTimeout, Control: func(_, resolved string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(resolved)
		if err != nil {
			return err
		}
		return t.rules.Dial(strings.ToLower(address), to.Addr())
	}}
	return dialer.DialContext(ctx, network, address)
}

// HostPort is the URL's HOST:PORT, in lower case, with the port that its scheme implies.
func HostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return net.JoinHostPort(strings.ToLower(u.Hostname()), port)
}
