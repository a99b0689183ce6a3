package upstream

import (
	"errors"
	"net/netip"
	"net/url"
	"testing"
)

// The address that is dialled decides, whatever the name resolved to before.
func TestMayDial(t *testing.T) {
	g := newGuard([]string{"localhost:5000", "registry.lan"})
	for _, c := range []struct {
		address, to string
		want        bool
	}{
		{"example.org:443", "93.184.216.34", true},
		{"example.org:443", "10.0.0.1", false},
		{"example.org:443", "127.0.0.1", false},
		{"example.org:443", "169.254.169.254", false},
		{"example.org:443", "::ffff:10.0.0.1", false},
		{"example.org:443", "64:ff9b::a00:1", false},
		{"registry.lan:443", "10.0.0.1", true},
		{"registry.lan:8443", "10.0.0.1", false},
		{"localhost:5000", "127.0.0.1", true},
		{"localhost:5000", "::1", true},
		{"localhost:5000", "10.0.0.1", false}, // would be asked without TLS
	} {
		if err := g.mayDial(c.address, netip.MustParseAddr(c.to)); (err == nil) != c.want {
			t.Errorf("%s at %s: %v", c.address, c.to, err)
		}
	}
}

func TestMayAsk(t *testing.T) {
	g := newGuard([]string{"localhost:5000", "10.0.0.1:5000"})
	for text, want := range map[string]bool{
		"https://example.org/v2/": true, "http://example.org/v2/": false,
		"http://localhost:5000/v2/": true, "http://localhost:5001/v2/": false, "https://app.localhost/v2/": false,
		"https://10.0.0.1:5000/v2/": true, "http://10.0.0.1:5000/v2/": false, "https://10.0.0.2/v2/": false,
		"https://169.254.169.254/": false, "https://[fd00:ec2::254]/": false,
	} {
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if err := g.mayAsk(u); (err == nil) != want || err != nil && !errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v", text, err)
		}
	}
}
