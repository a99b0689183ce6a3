package deploy

import (
	"context"
	"net"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// dialOnly has a resolver ask the server at the address.
func dialOnly(server string) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, server)
	}
}

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
	return &net.Resolver{PreferGo: true, Dial: dialOnly(conn.LocalAddr().String())}
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

func TestResolve(t *testing.T) {
	d := &Deployer{Resolver: nameServer(t, map[string][4]byte{"a.coop.org.": {198, 51, 100, 7}})}
	found := d.resolve(t.Context(), []string{"a.coop.org", "b.coop.org"})
	if found[0].err != nil || listed(found[0].addresses) != "198.51.100.7" {
		t.Errorf("a: %+v", found[0])
	}
	if !notInDNS(found[1].err) {
		t.Errorf("b: %v, want that it does not exist", found[1].err)
	}
}
