package git

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"coopcloud.tech/catalogue/internal/netguard"
)

const patience = time.Minute // for the header of an answer

// guard lets requests go to public https servers, and to the one server that the
// operator named.
type guard struct {
	trusted map[string]bool // host:port that the operator named
}

func newGuard(u *url.URL, trusted bool) *netguard.Transport {
	g := guard{trusted: map[string]bool{}}
	if trusted {
		host := strings.ToLower(u.Hostname())
		g.trusted[netguard.HostPort(u)] = true
		if u.Scheme == "http" && netguard.HostPort(u) == net.JoinHostPort(host, "80") {
			g.trusted[net.JoinHostPort(host, "443")] = true // http that redirects to https
		}
	}
	return netguard.New(netguard.Rules{URL: g.mayAsk, Dial: g.mayDial}, patience)
}

func (g guard) mayAsk(u *url.URL) error {
	switch {
	case g.trusted[netguard.HostPort(u)]:
		return nil
	case u.Scheme != "https":
		return fmt.Errorf("%w: %s://%s is not https", ErrRefused, u.Scheme, u.Host)
	case netguard.NamesPrivate(u.Hostname()):
		return refusedAddress(u.Host)
	}
	return nil
}

func (g guard) mayDial(hostPort string, to netip.Addr) error {
	if g.trusted[hostPort] || netguard.IsPublic(to) {
		return nil
	}
	return refusedAddress(hostPort)
}

func refusedAddress(host string) error {
	return fmt.Errorf("%w: %s is a private address, which only a URL that the operator wrote may name", ErrRefused, host)
}
