package netguard_test

import (
	"net/netip"
	"testing"

	"coopcloud.tech/catalogue/internal/netguard"
)

func TestIsPublic(t *testing.T) {
	for addr, want := range map[string]bool{
		"1.1.1.1": true, "93.184.216.34": true, "2606:4700::1111": true, "::ffff:1.1.1.1": true, "64:ff9b::101:101": true, "2002:101:101::1": true,
		"0.0.0.0": false, "0.1.2.3": false, "127.0.0.1": false, "127.255.0.1": false, "10.0.0.1": false, "172.16.0.1": false, "172.31.255.255": false,
		"172.32.0.1": true, "192.168.1.1": false, "169.254.169.254": false, "100.64.0.1": false, "100.128.0.1": true, "192.0.0.1": false, "192.0.2.1": false,
		"198.18.0.1": false, "198.51.100.1": false, "203.0.113.1": false, "224.0.0.1": false, "240.0.0.1": false, "255.255.255.255": false,
		"::": false, "::1": false, "::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "::7f00:1": false, "fe80::1": false, "fe80::1%eth0": false,
		"fc00::1": false, "fd12::1": false, "ff02::1": false, "fec0::1": false, "2001:db8::1": false, "2001::1": false, "100::1": false,
		"64:ff9b::7f00:1": false, "64:ff9b::a00:1": false, "64:ff9b:1::1": false, "2002:7f00:1::1": false, "2002:a00:1::1": false,
	} {
		if got := netguard.IsPublic(netip.MustParseAddr(addr)); got != want {
			t.Errorf("%s: %v", addr, got)
		}
	}
}

func TestNamesPrivate(t *testing.T) {
	for host, want := range map[string]bool{
		"example.org": false, "1.1.1.1": false, "localhost.example.org": false, "10.0.0.1.example.org": false, "": false,
		"localhost": true, "LOCALHOST.": true, "app.localhost": true, "127.0.0.1": true, "::1": true, "10.0.0.1": true, "fe80::1%eth0": true,
	} {
		if got := netguard.NamesPrivate(host); got != want {
			t.Errorf("%s: %v", host, got)
		}
	}
	if netguard.IsLoopback("10.0.0.1") || !netguard.IsLoopback("::ffff:127.0.0.1") {
		t.Error("a private address is not the machine itself, a mapped one is")
	}
}
