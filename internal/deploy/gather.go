package deploy

import (
	"context"
	"maps"
	"net"
	"net/netip"
	"slices"
	"sync"

	"coopcloud.tech/catalogue/internal/deploy/release"
	engine "coopcloud.tech/catalogue/internal/deploy/swarm"
)

// facts are what a plan is decided by, besides what is wanted.
type facts struct {
	have    *swarmState
	records []release.Record
	around  *engine.Surroundings
	images  *lookup
	domains []domain
	servers []netip.Addr // that the server's name leads to
}

// gather asks the swarm, the registries and DNS, side by side. What the swarm
// says of the stack is needed; the rest is not, and is cut short where that
// fails.
func (d *Deployer) gather(ctx context.Context, want *Desired, o Options) (*facts, error) {
	parent := ctx
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	f := &facts{images: newLookup(d.Swarm)}
	maps.Copy(f.images.found, o.Images)
	var failed error
	var group sync.WaitGroup
	group.Go(func() {
		if f.have, f.records, failed = d.observe(ctx, want.Specs.Stack, configNames(want.Specs)); failed != nil {
			cancel()
		}
	})
	group.Go(func() { f.around = d.Swarm.Around(ctx, volumeNames(want.Specs.Services)) })
	group.Go(func() { f.images.all(ctx, images(want), o.Offline || o.Images != nil) })
	if !o.Offline && !o.SkipDomain {
		group.Go(func() { d.lookUp(ctx, f, want.domains()) })
	}
	group.Wait()
	if failed == nil {
		return f, nil
	}
	// What is wrong with the engine's swarm is clearer from itself.
	if err := d.Swarm.CheckManager(parent); err != nil {
		return nil, err
	}
	return nil, failed
}

// lookUp asks DNS about the app's domains, and about the server that they may
// lead to.
func (d *Deployer) lookUp(ctx context.Context, f *facts, names []string) {
	if len(names) == 0 {
		return
	}
	server := d.Swarm.Machine()
	if own := address(server); own.IsValid() {
		f.servers = []netip.Addr{own}
	} else if server != "" {
		names = append(names, server)
	}
	for _, found := range d.resolve(ctx, names) {
		if found.name == server {
			f.servers = found.addresses
		} else {
			f.domains = append(f.domains, found)
		}
	}
}

// addresses are those of the swarm: its nodes', and the server's.
func (f *facts) addresses() []netip.Addr {
	all := slices.Clone(f.servers)
	for _, node := range f.around.Nodes {
		all = append(all, address(node.Status.Addr))
		if node.ManagerStatus != nil {
			host, _, _ := net.SplitHostPort(node.ManagerStatus.Addr)
			all = append(all, address(host))
		}
	}
	for i := range all {
		all[i] = all[i].Unmap()
	}
	slices.SortFunc(all, netip.Addr.Compare)
	return slices.DeleteFunc(slices.Compact(all), func(a netip.Addr) bool { return !a.IsValid() || a.IsUnspecified() })
}

// address is the zero value for what is none.
func address(text string) netip.Addr {
	a, _ := netip.ParseAddr(text)
	return a
}
