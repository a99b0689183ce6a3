package deploy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/deploy/convert"
	engine "coopcloud.tech/catalogue/internal/deploy/swarm"
)

// Short names for the adapter's types; the engine's own package is also named
// swarm.
type (
	swarmState = engine.State
	imageFacts = engine.Image
)

// Choices are what the operator decides about a plan.
type Choices struct {
	Force bool // replace the tasks of what is unchanged too, take rebuilt images, replace services
}

// Decide compares what a swarm holds with what is wanted. It is pure: the same
// arguments give the same plan. images holds what the registry says, by
// familiar reference; an image that is not in it stays without a digest.
func Decide(have *swarmState, want *convert.Specs, images map[string]imageFacts, choose Choices) *Plan {
	d := &decider{
		have: have, want: cloneSpecs(want), images: images, choose: choose,
		causes: map[string]string{}, passwords: passwords(have.Services, want.Services),
		plan: &Plan{Stack: want.Stack, Actions: []Action{}, DependsOn: want.DependsOn, observed: have},
	}
	d.networks()
	d.secrets()
	d.configs()
	d.services()
	d.removals()
	return d.plan
}

// decider gathers a plan.
type decider struct {
	have   *swarmState
	want   *convert.Specs
	images map[string]imageFacts
	choose Choices
	causes map[string]string // name of a renamed object → why

	passwords []string // not to be shown
	plan      *Plan
}

func cloneSpecs(specs *convert.Specs) *convert.Specs {
	copied := *specs
	copied.Services = clone(specs.Services)
	return &copied
}

func (d *decider) warn(format string, args ...any) {
	d.plan.Warnings = append(d.plan.Warnings, fmt.Sprintf(format, args...))
}

func (d *decider) refuse(format string, args ...any) {
	d.plan.Refused = append(d.plan.Refused, fmt.Sprintf(format, args...))
}

func (d *decider) networks() {
	for _, want := range d.want.Networks {
		a := Action{Op: Create, Kind: NetworkKind, Name: want.Name, network: &want}
		if slices.Contains(localDrivers, want.Driver) {
			d.refuse("network %s: driver %s reaches one node only, and Swarm services cannot use it; leave driver: out, or set overlay", want.Name, want.Driver)
		}
		if have, found := swarmNetwork(d.have.Networks, want.Name); found {
			a.Op, a.ID = Keep, have.ID
			if want.IPAM == nil || len(want.IPAM.Config) == 0 {
				have.IPAM.Config = nil // what the engine chose
			}
			for _, change := range changes(networkFields(have), networkFields(wantedSummary(want))) {
				d.warn("network %s: %s; Swarm cannot change a network: undeploy the app, then deploy it again", want.Name, change)
			}
		}
		d.plan.Actions = append(d.plan.Actions, a)
	}
}

// localDrivers are those of the engine's that make no network of the swarm.
var localDrivers = []string{"bridge", "host", "null", "none", "macvlan", "ipvlan"}

// swarmNetwork finds a network that spans the swarm.
func swarmNetwork(networks []network.Summary, name string) (network.Summary, bool) {
	for _, n := range networks {
		if n.Name == name && n.Scope == "swarm" {
			return n, true
		}
	}
	return network.Summary{}, false
}

func wantedSummary(want convert.Network) network.Summary {
	summary := network.Summary{
		Driver: want.Driver, Internal: want.Internal, Attachable: want.Attachable,
		Options: want.Options, EnableIPv6: want.EnableIPv6 != nil && *want.EnableIPv6,
	}
	if want.IPAM != nil {
		summary.IPAM = *want.IPAM
	}
	return summary
}

// networkFields leaves out the overlay's own options, and the gateways, which
// the engine chooses where nothing is said.
func networkFields(n network.Summary) fields {
	all := fields{
		"driver": n.Driver, "internal": fmt.Sprint(n.Internal),
		"attachable": fmt.Sprint(n.Attachable), "enable_ipv6": fmt.Sprint(n.EnableIPv6),
	}
	var subnets []string
	for _, pool := range n.IPAM.Config {
		subnets = append(subnets, pool.Subnet)
	}
	if len(subnets) > 0 {
		slices.Sort(subnets)
		all["subnets"] = strings.Join(subnets, " ")
	}
	for key, value := range n.Options {
		if !strings.HasPrefix(key, "com.docker.network.driver.overlay.") {
			all["driver_opts."+key] = value
		}
	}
	return all
}

func (d *decider) config(name string) (swarm.Config, bool) {
	for _, c := range d.have.Configs {
		if c.Spec.Name == name {
			return c, true
		}
	}
	return swarm.Config{}, false
}

func (d *decider) secret(name string) (swarm.Secret, bool) {
	for _, s := range d.have.Secrets {
		if s.Spec.Name == name {
			return s, true
		}
	}
	return swarm.Secret{}, false
}

// networkName turns an ID into a name; a name stays.
func (d *decider) networkName(id string) string {
	for _, n := range d.have.Networks {
		if n.ID == id {
			return n.Name
		}
	}
	return id
}
