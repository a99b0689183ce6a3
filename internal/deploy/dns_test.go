package deploy_test

import (
	"context"
	"net"
	"strings"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"coopcloud.tech/catalogue/internal/deploy"
)

// nameServer answers with these addresses, and that other names do not exist.
func nameServer(t *testing.T, known map[string][4]byte) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		buffer := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buffer)
			if err != nil {
				return
			}
			_, _ = conn.WriteTo(reply(buffer[:n], known), from)
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, conn.LocalAddr().String())
	}}
}

func reply(question []byte, known map[string][4]byte) []byte {
	var message dnsmessage.Message
	if message.Unpack(question) != nil || len(message.Questions) != 1 {
		return nil
	}
	asked := message.Questions[0]
	message.Response, message.Authoritative, message.Additionals = true, true, nil
	switch address, found := known[asked.Name.String()]; {
	case !found:
		message.RCode = dnsmessage.RCodeNameError
	case asked.Type == dnsmessage.TypeA:
		header := dnsmessage.ResourceHeader{Name: asked.Name, Type: asked.Type, Class: asked.Class}
		message.Answers = []dnsmessage.Resource{{Header: header, Body: &dnsmessage.AResource{A: address}}}
	}
	packed, _ := message.Pack()
	return packed
}

// The app's domain is looked up before any write, unless that is switched off.
func TestPreflightDomainOfAnApp(t *testing.T) {
	r := newRig(t, "DOMAIN=a.coop.org\n")
	r.image("tiny:1")
	want, err := deploy.Prepare(r.app, at("1.0.0+1", compose(quick)))
	if err != nil {
		t.Fatal(err)
	}
	there, elsewhere := map[string][4]byte{"a.coop.org.": {198, 51, 100, 7}}, map[string][4]byte{}
	for _, test := range []struct {
		known   map[string][4]byte
		options deploy.Options
		refused bool
	}{
		{there, deploy.Options{}, false},
		{elsewhere, deploy.Options{}, true},
		{elsewhere, deploy.Options{SkipDomain: true}, false},
		{elsewhere, deploy.Options{Offline: true}, false},
	} {
		r.Resolver = nameServer(t, test.known)
		plan, err := r.Plan(t.Context(), want, test.options)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(plan.Text(false), "refused: domain a.coop.org does not exist in DNS"); got != test.refused || got != (len(plan.Refused) > 0) {
			t.Errorf("%v %+v:\n%s", test.known, test.options, plan.Text(false))
		}
	}
}
