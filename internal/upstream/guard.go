package upstream

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"coopcloud.tech/catalogue/internal/netguard"
)

const (
	patience     = 30 * time.Second // for the header of an answer
	maxRedirects = 10               // of one request; go-containerregistry follows them for ever
)

// guard lets requests go to public https servers, and to the registries that the
// operator allowed by name: a recipe may name any registry, and a registry any token
// server. Plain http is for loopback alone.
type guard struct {
	allowed map[string]bool // host:port
	next    http.RoundTripper
}

func newGuard(private []string) *guard {
	g := &guard{allowed: map[string]bool{}}
	for _, registry := range private {
		g.allowed[netguard.HostPort(&url.URL{Scheme: "https", Host: registry})] = true
		g.allowed[netguard.HostPort(&url.URL{Scheme: "http", Host: registry})] = true
	}
	g.next = netguard.New(netguard.Rules{URL: g.mayAsk, Dial: g.mayDial}, patience)
	return g
}

func (g *guard) RoundTrip(req *http.Request) (*http.Response, error) {
	if origin, redirects := first(req); redirects > maxRedirects {
		return nil, &halt{ErrUnreachable, fmt.Sprintf("%s redirects more than %d times", origin.URL.Host, maxRedirects)}
	}
	req, err := withoutCredentials(req)
	if err != nil {
		return nil, err
	}
	return g.next.RoundTrip(req)
}

func (g *guard) mayAsk(u *url.URL) error {
	isAllowed := g.allowed[netguard.HostPort(u)]
	switch {
	case isAllowed && (u.Scheme == "https" || netguard.IsLoopback(u.Hostname())):
		return nil
	case isAllowed:
		return refusef("%s without TLS, which only a loopback address may lack", u.Host)
	case netguard.NamesPrivate(u.Hostname()):
		return refusedAddress(u.Host)
	case u.Scheme != "https":
		return refusef("%s without TLS", u.Host)
	}
	return nil
}

// mayDial lets a loopback name lead to loopback only: it is asked without TLS.
func (g *guard) mayDial(hostPort string, to netip.Addr) error {
	host, _, err := net.SplitHostPort(hostPort)
	may := false
	switch {
	case err != nil:
	case !g.allowed[hostPort]:
		may = netguard.IsPublic(to)
	case netguard.IsLoopback(host):
		may = to.Unmap().IsLoopback()
	default:
		may = true
	}
	if may {
		return nil
	}
	return refusedAddress(hostPort)
}

// withoutCredentials keeps what was meant for one host from the host that it
// redirects to: the header, and the body of a token request, which holds a password.
func withoutCredentials(req *http.Request) (*http.Request, error) {
	origin, redirects := first(req)
	if redirects == 0 || netguard.HostPort(origin.URL) == netguard.HostPort(req.URL) {
		return req, nil
	}
	if req.Method != http.MethodGet && req.Method != http.MethodHead {
		return nil, refusef("%s redirects credentials to %s", origin.URL.Host, req.URL.Host)
	}
	clean := req.Clone(req.Context())
	clean.Header.Del("Authorization")
	clean.Header.Del("Cookie")
	return clean, nil
}

// first is the request that a chain of redirects began with, and how many there were.
func first(req *http.Request) (origin *http.Request, redirects int) {
	for req.Response != nil && req.Response.Request != nil {
		req = req.Response.Request
		redirects++
	}
	return req, redirects
}

func refusef(format string, args ...any) error {
	return &halt{ErrRefused, ErrRefused.Error() + ": " + fmt.Sprintf(format, args...)}
}

func refusedAddress(host string) error {
	return refusef("%s is a private address, which only the operator may allow", clip(host))
}
