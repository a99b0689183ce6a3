package stack

import (
	"fmt"
	"net/netip"
	"regexp"
)

// The engine's limits (swarmkit's api/validation and constants).
const (
	maxServiceName = 63
	maxObjectName  = 64
	maxSecretSize  = 500 << 10
	maxConfigSize  = 1000 << 10
)

const defaultNetwork = "default"

var (
	// serviceName is a DNS label with underscores; networks follow it too.
	serviceName = regexp.MustCompile(`^[a-zA-Z0-9](?:[-_]*[A-Za-z0-9]+)*$`)
	objectName  = regexp.MustCompile(`^[a-zA-Z0-9]+(?:[a-zA-Z0-9-_.]*[a-zA-Z0-9])?$`)
)

// addDefaultNetwork adds the network of the services that name none.
func (l *loader) addDefaultNetwork() {
	if l.merged == nil || has(l.merged.networks, defaultNetwork) {
		return
	}
	for _, service := range l.stack.Services {
		if !service.usesDefault() {
			continue
		}
		l.merged.networks[defaultNetwork] = &Network{Key: defaultNetwork, Implicit: true}
		l.merged.into(l.stack)
		return
	}
}

func (s *Service) usesDefault() bool {
	for _, network := range s.Networks {
		if network.Key == defaultNetwork {
			return true
		}
	}
	return len(s.Networks) == 0
}

// scoped is the name that a key gets in the swarm.
func (s *Stack) scoped(key, name string) string {
	switch {
	case name != "":
		return name
	case s.Name == "":
		return key
	}
	return s.Name + "_" + key
}

func (l *loader) checkNames() {
	used := map[string]bool{}
	for _, service := range l.stack.Services {
		l.checkName("services", service.Key, l.stack.scoped(service.Key, ""), maxServiceName, serviceName)
		for _, network := range service.Networks {
			used[network.Key] = true
		}
	}
	for _, network := range l.stack.Networks {
		if used[network.Key] && !network.External {
			l.checkName("networks", network.Key, l.stack.scoped(network.Key, network.Name), maxServiceName, serviceName)
		}
	}
	for _, kind := range []struct {
		name    string
		objects []*Object
	}{{"secrets", l.stack.Secrets}, {"configs", l.stack.Configs}} {
		for _, o := range kind.objects {
			l.checkName(kind.name, o.Key, l.stack.scoped(o.Key, o.Name), maxObjectName, objectName)
		}
	}
}

func (l *loader) checkName(section, key, name string, most int, valid *regexp.Regexp) {
	path := join(section, key)
	if _, named := l.stack.spans.get(path + ".name"); named {
		path += ".name"
	}
	if len(name) > most {
		l.refuse(CodeNameTooLong, path, fmt.Sprintf("the name %q has %d characters with the stack's name, the engine takes %d; shorten it",
			clip(name), len(name), most))
	} else if !valid.MatchString(name) {
		l.refuse(CodeInvalidName, path, fmt.Sprintf("the engine does not take the name %q; start and end it with a letter or digit, and use letters, digits, - and _ between (secrets and configs: dots too)", clip(name)))
	}
}

func (l *loader) checkSubnets() {
	for _, network := range l.stack.Networks {
		if network.IPAM == nil || network.External {
			continue
		}
		for _, pool := range network.IPAM.Pools {
			path := join("networks", network.Key) + ".ipam"
			l.checkRange(path, "subnet", pool.Subnet)
			l.checkRange(path, "ip_range", pool.IPRange)
			if _, err := netip.ParseAddr(pool.Gateway); err != nil && pool.Gateway != "" {
				l.refuse(CodeInvalidSetting, path, fmt.Sprintf("gateway %q: expected an address such as 10.20.0.1", clip(pool.Gateway)))
			}
		}
	}
}

func (l *loader) checkRange(path, name, addresses string) {
	if _, err := netip.ParsePrefix(addresses); err != nil && addresses != "" {
		l.refuse(CodeInvalidSetting, path, fmt.Sprintf("%s %q: expected an address range such as 10.20.0.0/24", name, clip(addresses)))
	}
}

func (l *loader) checkObjects(section string, objects []*Object, most int) {
	for _, o := range objects {
		if o.Content == nil {
			continue
		}
		if size := len(o.Content); size == 0 || size >= most {
			l.refuse(CodeObjectSize, join(section, o.Key), fmt.Sprintf("it has %d bytes; the engine takes more than none and less than %d", size, most))
		}
	}
}

// number gives list entries their final index as a path.
func (s *Stack) number() {
	for _, service := range s.Services {
		path := join("services", service.Key) + "."
		for i, port := range service.Ports {
			s.spans.number(path+"ports", i, port.key())
		}
		for i, mount := range service.Volumes {
			s.spans.number(path+"volumes", i, mount.Target)
		}
		for i, ref := range service.Secrets {
			s.spans.number(path+"secrets", i, ref.key())
		}
		for i, ref := range service.Configs {
			s.spans.number(path+"configs", i, ref.key())
		}
		for name, entries := range map[string][]string{
			"dns": service.DNS, "dns_search": service.DNSSearch, "dns_opt": service.DNSOptions, "group_add": service.Groups, "extra_hosts": service.ExtraHosts,
			"cap_add": service.CapAdd, "cap_drop": service.CapDrop, "depends_on": service.DependsOn,
			"tmpfs": service.Tmpfs, "deploy.placement.constraints": service.Deploy.Constraints,
		} {
			for i, entry := range entries {
				s.spans.number(path+name, i, entry)
			}
		}
	}
}
