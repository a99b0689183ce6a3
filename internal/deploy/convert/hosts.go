package convert

import (
	"strconv"
	"strings"
)

// hosts turns "host:ip" into the "IP host" of hosts(5), order kept. The short
// form may use = and may put brackets around an IPv6 address.
func (s service) hosts() []string {
	hosts := make([]string, 0, len(s.ExtraHosts))
	for i, entry := range s.ExtraHosts {
		host, ip, ok := cutHost(entry)
		if !ok {
			s.failAt(s.path("extra_hosts", strconv.Itoa(i)), "extra host %q: expected host:ip", entry)
			continue
		}
		hosts = append(hosts, ip+" "+host)
	}
	return hosts
}

func cutHost(entry string) (host, ip string, ok bool) {
	host, ip, ok = strings.Cut(entry, "=")
	if !ok {
		host, ip, ok = strings.Cut(entry, ":")
	}
	if strings.HasPrefix(ip, "[") && strings.HasSuffix(ip, "]") && len(ip) > 2 {
		ip = ip[1 : len(ip)-1]
	}
	return host, ip, ok && host != "" && ip != ""
}
