package deploy

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/deploy/convert"
	engine "coopcloud.tech/catalogue/internal/deploy/swarm"
)

func TestDomains(t *testing.T) {
	tests := []struct {
		domain, rule string
		names        []string
	}{
		{"", "", nil},
		{"cloud.coop.org", "", []string{"cloud.coop.org"}},
		{"cloud.coop.org", "Host(`cloud.coop.org`, `www.coop.org`)", []string{"cloud.coop.org", "www.coop.org"}},
		{"", "Host(`a.coop.org`) || (Host(\"B.coop.org\") && PathPrefix(`/x.y`))", []string{"a.coop.org", "b.coop.org"}},
		{"", "HostRegexp(`.+.coop.org`)", nil},
		{"app.test", "Host(`x.localhost`, `example.com`, `www.example.org`, `a.invalid`, `printer.local`)", nil},
		{"10.0.0.1", "Host(`2001:db8::1`)", nil},
		{"name", "Host(`*.coop.org`, `..`, `-a.org`, `a b.org`)", nil},
		{"latest.example.coop", "", []string{"latest.example.coop"}},
		{strings.Repeat("a.", 200) + "org", "Host(`" + strings.Repeat("a", 64) + ".org`)", nil},
	}
	for _, test := range tests {
		want := &Desired{Specs: &convert.Specs{Services: []swarm.ServiceSpec{the("app", func(s *swarm.ServiceSpec) {
			s.Labels["traefik.http.routers.x.rule"] = test.rule
			s.Labels["traefik.http.routers.x.rules"] = "Host(`other.coop.org`)"
		})}}}
		want.Env.Vars = map[string]string{"DOMAIN": test.domain}
		if got := want.domains(); !slices.Equal(got, test.names) {
			t.Errorf("%q %q: %q, want %q", test.domain, test.rule, got, test.names)
		}
	}
}

func TestDomainsAreBounded(t *testing.T) {
	var rule strings.Builder
	for i := range 500 {
		fmt.Fprintf(&rule, "Host(`h%d.coop.org`) || ", i)
	}
	want := &Desired{Specs: &convert.Specs{Services: []swarm.ServiceSpec{the("app", func(s *swarm.ServiceSpec) {
		s.Labels["traefik.http.routers.x.rule"] = rule.String()
	})}}}
	if got := want.domains(); len(got) != maxDomains {
		t.Errorf("%d names are looked up, want %d", len(got), maxDomains)
	}
}

func TestPreflightDomains(t *testing.T) {
	addresses := func(texts ...string) (list []netip.Addr) {
		for _, text := range texts {
			list = append(list, netip.MustParseAddr(text))
		}
		return list
	}
	gone := &net.DNSError{Err: "no such host", Name: "a.coop.org.", IsNotFound: true}
	tests := []struct {
		name  string
		found domain
		swarm []netip.Addr
		says  []string
	}{
		{"leads there", domain{"a.coop.org", addresses("2001:db8::1", "::ffff:198.51.100.7"), nil}, addresses("198.51.100.7"), nil},
		{"does not exist", domain{"a.coop.org", nil, gone}, nil, []string{"refused: domain a.coop.org does not exist in DNS", "--no-domain-checks"}},
		{"no answer", domain{"a.coop.org", nil, &net.DNSError{Err: "i/o timeout", IsTimeout: true}}, nil, []string{"domain a.coop.org could not be looked up"}},
		{"leads elsewhere", domain{"a.coop.org", addresses("203.0.113.9"), nil}, addresses("198.51.100.7", "10.0.0.1"), []string{"domain a.coop.org leads to 203.0.113.9, and to no address of the swarm that is known here (198.51.100.7, 10.0.0.1)"}},
		{"the swarm's address in public is not known", domain{"a.coop.org", addresses("203.0.113.9"), nil}, addresses("10.0.0.1", "127.0.0.1"), nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			plan := &Plan{}
			(&preflight{plan: plan}).domains([]domain{test.found}, test.swarm)
			var said []string
			for _, text := range plan.Refused {
				said = append(said, "refused: "+text)
			}
			expect(t, strings.Join(append(said, plan.Warnings...), "\n"), test.says)
		})
	}
}

func TestAddressesOfTheSwarm(t *testing.T) {
	f := &facts{
		servers: []netip.Addr{netip.MustParseAddr("::ffff:198.51.100.7")},
		around: &engine.Surroundings{Nodes: []swarm.Node{
			{Status: swarm.NodeStatus{Addr: "0.0.0.0"}, ManagerStatus: &swarm.ManagerStatus{Addr: "[2001:db8::2]:2377"}},
			{Status: swarm.NodeStatus{Addr: "198.51.100.7"}},
			{},
		}},
	}
	if got := listed(f.addresses()); got != "198.51.100.7, 2001:db8::2" {
		t.Errorf("addresses: %s", got)
	}
}

// A resolver that hangs holds a deploy up for a bounded time.
func TestResolverThatHangs(t *testing.T) {
	silent, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	d := &Deployer{Resolver: &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, silent.LocalAddr().String())
	}}}
	start := time.Now()
	found := d.resolve(t.Context(), []string{"a.coop.org", "b.coop.org"})
	if took := time.Since(start); took > 2*domainTimeout {
		t.Errorf("it took %s", took)
	}
	for _, one := range found {
		if one.err == nil || notInDNS(one.err) {
			t.Errorf("%s: %v, want no answer", one.name, one.err)
		}
	}
}
