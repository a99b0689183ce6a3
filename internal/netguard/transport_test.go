package netguard_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"coopcloud.tech/catalogue/internal/netguard"
)

var errNo = errors.New("not there")

// Every request is judged by its URL and by the address that is dialled, redirects too.
func TestTransport(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		asked++
		if req.URL.Path == "/away" {
			http.Redirect(w, req, "/forbidden", http.StatusFound)
		}
	}))
	t.Cleanup(server.Close)
	_, port, _ := strings.Cut(strings.TrimPrefix(server.URL, "http://"), ":")
	var dialled string
	var addr netip.Addr
	mayDial := true
	transport := netguard.New(netguard.Rules{
		URL: func(u *url.URL) error {
			if u.Path == "/forbidden" {
				return errNo
			}
			return nil
		},
		Dial: func(hostPort string, to netip.Addr) error {
			dialled, addr = hostPort, to
			if !mayDial {
				return errNo
			}
			return nil
		},
	}, time.Minute)
	client := &http.Client{Transport: transport}
	get := func(path string) error {
		transport.CloseIdleConnections()
		res, err := client.Get("http://LocalHost:" + port + path)
		if err != nil {
			return err
		}
		return res.Body.Close()
	}
	if err := get("/"); err != nil || asked != 1 || dialled != "localhost:"+port || !addr.IsLoopback() {
		t.Errorf("%v; asked %d times, dialled %s at %s", err, asked, dialled, addr)
	}
	if err := get("/away"); !errors.Is(err, errNo) || asked != 2 {
		t.Errorf("a redirect: %v, asked %d times", err, asked)
	}
	mayDial = false
	if err := get("/"); !errors.Is(err, errNo) || asked != 2 {
		t.Errorf("a forbidden address: %v, asked %d times", err, asked)
	}
}
