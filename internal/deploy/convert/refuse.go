package convert

import (
	"fmt"
	"math"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/docker/docker/api/types/container"

	"coopcloud.tech/catalogue/internal/stack"
)

// What follows is converted by Docker without a word and answered by the
// engine with 400, when other services of the stack have been changed already.
// The rules are swarmkit's (manager/controlapi, manager/constraint); most
// others are refused by package stack. A preview passes over them.

func (c *converter) refuse(at path, format string, args ...any) {
	if !c.opts.Preview {
		c.fail(at, format, args...)
	}
}

func (s service) refuse(at path, format string, args ...any) {
	s.converter.refuse(at, "service %s: %s", s.Key, fmt.Sprintf(format, args...))
}

const (
	minNanoCPUs = 1e6
	minMemory   = 4 << 20
	minHealth   = time.Millisecond
)

func (s service) refuseResources(block string, r *stack.Resources) {
	at := s.path("deploy", "resources", block)
	if r.NanoCPUs != 0 && r.NanoCPUs < minNanoCPUs {
		s.refuse(at.at("cpus"), "%s: cpus %g: expected at least 0.001", block, float64(r.NanoCPUs)/1e9)
	}
	if r.MemoryBytes != 0 && r.MemoryBytes < minMemory {
		s.refuse(at.at("memory"), "%s: memory of %d bytes: expected at least 4 MiB", block, r.MemoryBytes)
	}
}

var (
	constraintKey   = regexp.MustCompile(`^(?i)[a-z_][a-z0-9\-_.]+$`)
	constraintValue = regexp.MustCompile(`^(?i)[a-z0-9:\-_\s\.\*\(\)\?\+\[\]\\\^\$\|\/]+$`)
)

func (s service) refuseConstraints() {
	for i, expr := range s.Deploy.Constraints {
		key, value, ok := strings.Cut(expr, "==")
		if !ok {
			key, value, ok = strings.Cut(expr, "!=")
		}
		if !ok || !constraintKey.MatchString(strings.TrimSpace(key)) || !constraintValue.MatchString(strings.TrimSpace(value)) {
			s.refuse(s.path("deploy", "placement", "constraints", strconv.Itoa(i)),
				"constraint %q: expected KEY == VALUE or KEY != VALUE, such as node.role == manager", expr)
		}
	}
}

func (s service) refuseHealth(h *container.HealthConfig) {
	at := s.path("healthcheck")
	for _, d := range []struct {
		key   string
		value time.Duration
	}{
		{"interval", h.Interval},
		{"timeout", h.Timeout},
		{"start_period", h.StartPeriod},
		{"start_interval", h.StartInterval},
	} {
		if d.value != 0 && d.value < minHealth {
			s.refuse(at.at(d.key), "healthcheck: %s %s: expected at least %s, or 0 for the default", d.key, d.value, minHealth)
		}
	}
	if h.Retries < 0 || h.Retries > math.MaxInt32 {
		s.refuse(at.at("retries"), "healthcheck: retries: expected at most %d", math.MaxInt32)
	}
}

func (s service) refuseNegative(key string, d *time.Duration) {
	if d != nil && *d < 0 {
		s.refuse(s.path("deploy", "restart_policy", key), "restart_policy: %s %s: expected 0 or more", key, *d)
	}
}

// refusePublishedTwice looks at one service. In mode host two services may
// publish one port, on different nodes.
func (s service) refusePublishedTwice() {
	type published struct {
		number   uint32
		protocol string
	}
	seen := map[published]bool{}
	for i, p := range s.Ports {
		port := published{p.Published, p.Protocol}
		if p.Published != 0 && seen[port] {
			s.refuse(s.path("ports", strconv.Itoa(i)), "port %d/%s is published twice", p.Published, p.Protocol)
		}
		seen[port] = true
	}
}

func (c *converter) refuseSubnet(key, subnet string) {
	if _, err := netip.ParsePrefix(subnet); err != nil {
		c.refuse(path{"networks", key, "ipam"}, "network %s: subnet %q: expected an address range such as 10.20.0.0/24", key, subnet)
	}
}
