package convert

import "strings"

// hosts turns "host:ip" into the "IP host" of hosts(5), order kept. The short
// form may use = and may put brackets around an IPv6 address.
func (s service) hosts() []string {
	hosts := make([]string, 0, len(s.ExtraHosts))
	for _, entry := range s.ExtraHosts {
		host, ip, ok := strings.Cut(entry, "=")
		if !ok {
			host, ip, ok = strings.Cut(entry, ":")
		}
		if ok {
			hosts = append(hosts, unbracket(ip)+" "+host)
		}
	}
	return hosts
}

func unbracket(ip string) string {
	if len(ip) > 2 && strings.HasPrefix(ip, "[") && strings.HasSuffix(ip, "]") {
		return ip[1 : len(ip)-1]
	}
	return ip
}
