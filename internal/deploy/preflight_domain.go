package deploy

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// domainTimeout bounds all look-ups together: a resolver that hangs must not
	// hold up a deploy.
	domainTimeout = 3 * time.Second
	maxDomains    = 20 // of one app
	maxDomain     = 253
)

// domain is a name that the app is to be reached by, and what DNS says of it.
type domain struct {
	name      string
	addresses []netip.Addr
	err       error
}

// domains lists the names that the app is to be reached by: its DOMAIN, and
// those that a router label names. Names for special use (RFC 2606, RFC 6761)
// are not in DNS.
func (d *Desired) domains() []string {
	names := map[string]bool{d.Env.Vars["DOMAIN"]: true}
	for _, service := range d.Specs.Services {
		for key, value := range service.Labels {
			if strings.HasPrefix(key, "traefik.http.routers.") && strings.HasSuffix(key, ".rule") {
				for _, name := range ruleHosts(value) {
					names[name] = true
				}
			}
		}
	}
	maps.DeleteFunc(names, func(name string, _ bool) bool {
		return !hostName.MatchString(name) || len(name) > maxDomain || specialUse(name)
	})
	sorted := slices.Sorted(maps.Keys(names))
	return sorted[:min(len(sorted), maxDomains)]
}

var (
	// hostName is a name with a dot; its last label is no number, as an address' is.
	hostName = regexp.MustCompile(`^(?i)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`)
	// Traefik's Host(`a`) and, before version 3, Host(`a`, `b`).
	hostRule   = regexp.MustCompile(`\bHost\(([^)]*)\)`)
	quotedHost = regexp.MustCompile("[`\"]([^`\"]*)[`\"]")
)

// ruleHosts lists the names in a router's rule. HostRegexp names none.
func ruleHosts(rule string) []string {
	var names []string
	for _, host := range hostRule.FindAllStringSubmatch(rule, -1) {
		for _, name := range quotedHost.FindAllStringSubmatch(host[1], -1) {
			names = append(names, strings.ToLower(name[1]))
		}
	}
	return names
}

var specialNames = []string{
	"test", "localhost", "example", "invalid", "local", "internal", "onion", "home.arpa",
	"example.com", "example.net", "example.org",
}

func specialUse(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc(specialNames, func(special string) bool { return strings.HasSuffix("."+name, "."+special) })
}

// resolve looks the names up, side by side.
func (d *Deployer) resolve(ctx context.Context, names []string) []domain {
	ctx, cancel := context.WithTimeout(ctx, domainTimeout)
	defer cancel()
	found := make([]domain, len(names))
	var group sync.WaitGroup
	for i, name := range names {
		group.Go(func() {
			// The dot keeps the machine's search list out.
			addresses, err := d.resolver().LookupNetIP(ctx, "ip", name+".")
			found[i] = domain{name, addresses, err}
		})
	}
	group.Wait()
	return found
}

func (d *Deployer) resolver() *net.Resolver {
	if d.Resolver != nil {
		return d.Resolver
	}
	return net.DefaultResolver
}

// domains refuses names that do not exist: no visitor would come, and no
// certificate. A name that leads elsewhere may be right: behind NAT, or a CDN.
func (p *preflight) domains(found []domain, swarm []netip.Addr) {
	for _, d := range found {
		switch {
		case notInDNS(d.err):
			p.refuse("domain %s does not exist in DNS: add a record for it that leads to the swarm, or deploy with --no-domain-checks", d.name)
		case d.err != nil:
			p.warn("domain %s could not be looked up: %v", d.name, d.err)
		case slices.ContainsFunc(swarm, isPublic) && !slices.ContainsFunc(d.addresses, func(a netip.Addr) bool { return slices.Contains(swarm, a.Unmap()) }):
			p.warn("domain %s leads to %s, and to no address of the swarm that is known here (%s); behind NAT or a CDN that is right",
				d.name, listed(d.addresses), listed(swarm))
		}
	}
}

func notInDNS(err error) bool {
	var failed *net.DNSError
	return errors.As(err, &failed) && failed.IsNotFound
}

func isPublic(a netip.Addr) bool { return a.IsGlobalUnicast() && !a.IsPrivate() }

// shownAddresses is how many addresses a warning lists.
const shownAddresses = 5

func listed(addresses []netip.Addr) string {
	var text []string
	for _, a := range addresses[:min(len(addresses), shownAddresses)] {
		text = append(text, a.Unmap().String())
	}
	if more := len(addresses) - len(text); more > 0 {
		text = append(text, fmt.Sprintf("%d more", more))
	}
	return strings.Join(text, ", ")
}
