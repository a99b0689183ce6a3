package netguard

import (
	"net/netip"
	"strings"
)

// IsPublic reports whether an address is one of the public internet (IANA's special
// purpose registries, RFC 6890). IPv6 addresses that carry an IPv4 one are judged by it.
func IsPublic(addr netip.Addr) bool {
	addr = addr.Unmap().WithZone("")
	if inner, ok := embedded(addr); ok {
		addr = inner
	}
	if !addr.IsGlobalUnicast() || addr.IsPrivate() {
		return false
	}
	for _, prefix := range special {
		if prefix.Contains(addr) {
			return false
		}
	}
	return true
}

var special = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),       // this network
	netip.MustParsePrefix("100.64.0.0/10"),   // carrier-grade NAT
	netip.MustParsePrefix("192.0.0.0/24"),    // IETF protocol assignments
	netip.MustParsePrefix("192.0.2.0/24"),    // documentation
	netip.MustParsePrefix("198.18.0.0/15"),   // benchmarking
	netip.MustParsePrefix("198.51.100.0/24"), // documentation
	netip.MustParsePrefix("203.0.113.0/24"),  // documentation
	netip.MustParsePrefix("240.0.0.0/4"),     // reserved
	netip.MustParsePrefix("::/96"),           // IPv4-compatible, deprecated
	netip.MustParsePrefix("64:ff9b:1::/48"),  // local-use translation
	netip.MustParsePrefix("100::/64"),        // discard
	netip.MustParsePrefix("2001::/23"),       // IETF protocol assignments, Teredo
	netip.MustParsePrefix("2001:db8::/32"),   // documentation
	netip.MustParsePrefix("5f00::/16"),       // segment routing
	netip.MustParsePrefix("fec0::/10"),       // site-local, deprecated
}

// embedded is the IPv4 address inside a NAT64 (RFC 6052) or 6to4 (RFC 3056) one.
func embedded(addr netip.Addr) (netip.Addr, bool) {
	bytes := addr.As16()
	switch {
	case netip.MustParsePrefix("64:ff9b::/96").Contains(addr):
		return netip.AddrFrom4([4]byte(bytes[12:16])), true
	case netip.MustParsePrefix("2002::/16").Contains(addr):
		return netip.AddrFrom4([4]byte(bytes[2:6])), true
	default:
		return addr, false
	}
}

// NamesPrivate reports whether a URL's host spells out an address that is not public,
// or is a name that RFC 6761 keeps for the machine itself. Any other name is judged
// when it is dialled.
func NamesPrivate(host string) bool {
	addr, err := netip.ParseAddr(host)
	return err == nil && !IsPublic(addr) || IsLoopback(host)
}

// IsLoopback reports whether a URL's host is the machine itself.
func IsLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	name := strings.TrimSuffix(strings.ToLower(host), ".")
	return err == nil && addr.Unmap().IsLoopback() || name == "localhost" || strings.HasSuffix(name, ".localhost")
}
