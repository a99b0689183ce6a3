package stack

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
)

func (d *decoder) servicePorts(v *value, path string) []Port {
	if v == nil {
		return nil
	}
	ports := make([]Port, 0, len(v.list))
	for i, item := range v.list {
		at := join(path, strconv.Itoa(i))
		var more []Port
		if item.kind == mapping {
			more = longPort(item)
		} else {
			more = d.shortPort(item, at)
		}
		for _, port := range more {
			d.spans[join(path, port.key())] = item.span
		}
		ports = append(ports, more...)
	}
	return ports
}

// shortPort decodes [ip:][published:]target[/protocol]; each part may be a range.
func (d *decoder) shortPort(item *value, path string) []Port {
	if !d.left.ports.take(rangeSize(item.str())) {
		d.report(Diagnostic{
			Code: CodeInvalidSetting, Span: item.span, Via: item.via, Path: path, Docker: Accept, Engine: Refuse,
			Message: fmt.Sprintf("with this range the stack publishes more than %d ports", maxPorts),
		})
		return nil
	}
	parsed, err := types.ParsePortConfig(item.str())
	if err != nil {
		d.fault(item, path, fmt.Sprintf("%q is no port; write published:target, as in 8080:80/tcp", item.shown()))
		return nil
	}
	var ports []Port
	for _, p := range parsed {
		published, ok := expandRange(p.Published)
		if !ok {
			d.fault(item, path, fmt.Sprintf("%q is no port or range of ports", item.shown()))
			return nil
		}
		for _, number := range published {
			ports = append(ports, Port{Target: p.Target, Published: number, Protocol: p.Protocol, Mode: p.Mode, HostIP: p.HostIP})
		}
	}
	if len(ports) > 0 {
		d.dropAddress(item, ports[0].HostIP, path)
	}
	return ports
}

// portRange finds the ranges of a port's short form.
var portRange = regexp.MustCompile(`(\d{1,5})-(\d{1,5})`)

// rangeSize is how many ports a short form makes at most. It is known before the
// parser makes them.
func rangeSize(spec string) int {
	size := 1
	for _, match := range portRange.FindAllStringSubmatch(spec, -1) {
		from, _ := strconv.Atoi(match[1])
		to, _ := strconv.Atoi(match[2])
		size = max(size, to-from+1)
	}
	return size
}

// expandRange reads the published side, which stays a range where one target
// is published on several ports.
func expandRange(published string) ([]uint32, bool) {
	if published == "" {
		return []uint32{0}, true
	}
	low, high, ok := strings.Cut(published, "-")
	if !ok {
		high = low
	}
	from, err1 := strconv.ParseUint(low, 10, 16)
	to, err2 := strconv.ParseUint(high, 10, 16)
	if err1 != nil || err2 != nil || from > to {
		return nil, false
	}
	numbers := make([]uint32, 0, to-from+1)
	for n := from; n <= to; n++ {
		numbers = append(numbers, uint32(n))
	}
	return numbers, true
}

func (d *decoder) dropAddress(item *value, ip, path string) {
	if ip == "" || ip == "0.0.0.0" || ip == "::" {
		return
	}
	d.report(Diagnostic{
		Code: CodeDroppedKey, Span: item.span, Via: item.via, Path: path, Docker: Ignore, Engine: Ignore,
		Message: fmt.Sprintf("Swarm publishes on every address, not only on %s; remove the address, and close the port with a firewall", clip(ip)),
	})
}

// longPort decodes the mapping form. published as a string is compose-spec's.
func longPort(item *value) []Port {
	return []Port{{
		Target:    short(item.get("target")),
		Published: short(item.get("published")),
		Protocol:  cmp.Or(strings.ToLower(item.get("protocol").str()), "tcp"),
		Mode:      cmp.Or(item.get("mode").str(), "ingress"),
	}}
}

// key is what a port is merged by. Docker goes by the published number alone
// and so loses 53/udp next to 53/tcp, and all but one port that publishes none.
func (p Port) key() string {
	if p.Published != 0 {
		return fmt.Sprintf("%d/%s", p.Published, p.Protocol)
	}
	return fmt.Sprintf(":%d/%s", p.Target, p.Protocol)
}

func sortPorts(ports []Port) {
	slices.SortStableFunc(ports, func(a, b Port) int {
		return cmp.Or(cmp.Compare(a.Published, b.Published), cmp.Compare(a.Target, b.Target), cmp.Compare(a.Protocol, b.Protocol))
	})
}
