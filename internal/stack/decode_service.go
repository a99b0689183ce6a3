package stack

import (
	"maps"
	"slices"
	"strings"

	"github.com/google/shlex"
)

func (d *decoder) service(key string, v *value, path string) *Service {
	at := func(name string) (*value, string) { return v.get(name), join(path, name) }
	s := &Service{
		Key:             key,
		Image:           v.get("image").str(),
		Entrypoint:      d.command(at("entrypoint")),
		Command:         d.command(at("command")),
		Environment:     d.environment(v, path),
		Labels:          d.mapping(at("labels")),
		Hostname:        v.get("hostname").str(),
		User:            v.get("user").str(),
		WorkingDir:      v.get("working_dir").str(),
		StopSignal:      v.get("stop_signal").str(),
		Isolation:       v.get("isolation").str(),
		DNS:             d.texts(at("dns")),
		DNSSearch:       d.texts(at("dns_search")),
		DNSOptions:      d.texts(at("dns_opt")),
		Groups:          d.texts(at("group_add")),
		ExtraHosts:      d.hosts(at("extra_hosts")),
		CapAdd:          d.texts(at("cap_add")),
		CapDrop:         d.texts(at("cap_drop")),
		Sysctls:         d.mapping(at("sysctls")),
		Ulimits:         d.ulimits(at("ulimits")),
		TTY:             flag(v.get("tty")),
		StdinOpen:       flag(v.get("stdin_open")),
		ReadOnly:        flag(v.get("read_only")),
		StopGracePeriod: lapse(v.get("stop_grace_period")),
		Healthcheck:     d.healthcheck(at("healthcheck")),
		Logging:         d.logging(at("logging")),
		CredentialSpec:  credentialSpec(v.get("credential_spec")),
		DependsOn:       d.dependsOn(at("depends_on")),
		Tmpfs:           d.texts(at("tmpfs")),
		Restart:         v.get("restart").str(),
		Networks:        d.attachments(at("networks")),
		Ports:           d.servicePorts(at("ports")),
		Volumes:         d.mounts(at("volumes")),
		Secrets:         d.fileRefs(at("secrets")),
		Configs:         d.fileRefs(at("configs")),
		Deploy:          d.deploy(at("deploy")),
	}
	s.OomScoreAdj, _ = whole(v.get("oom_score_adj"))
	if init := v.get("init"); init != nil {
		s.Init = new(flag(init))
	}
	if pids, ok := whole(v.get("pids_limit")); ok {
		d.pidsLimit(s, pids)
	}
	if s.Deploy.Replicas == nil {
		s.Deploy.Replicas = count(v.get("scale"))
	}
	return s
}

// pidsLimit puts compose-spec's pids_limit where Swarm has it.
func (d *decoder) pidsLimit(s *Service, pids int64) {
	if s.Deploy.Limits == nil {
		s.Deploy.Limits = &Resources{}
	}
	if s.Deploy.Limits.Pids == 0 {
		s.Deploy.Limits.Pids = pids
	}
}

// command decodes a command line, or a list that is taken as it is.
func (d *decoder) command(v *value, path string) []string {
	if v == nil || v.kind == list {
		return d.listed(v, path)
	}
	words, err := shlex.Split(v.str())
	if err != nil {
		d.fault(v, path, "the quotes of this command line do not match; write it as a list")
	}
	return words
}

// listed decodes a list whose entries may repeat.
func (d *decoder) listed(v *value, path string) []string {
	if v == nil {
		return nil
	}
	words := make([]string, 0, len(v.list))
	for _, item := range v.list {
		words = append(words, item.str())
	}
	return words
}

// hosts decodes extra_hosts to host:ip; a list may also say host=ip and
// bracket an IPv6 address.
func (d *decoder) hosts(v *value, path string) []string {
	if v == nil {
		return nil
	}
	hosts := make([]string, 0, len(v.entries)+len(v.list))
	for _, e := range v.entries {
		if e.value.kind != null {
			hosts = append(hosts, e.key+":"+unbracket(e.value.str()))
		}
	}
	slices.Sort(hosts)
	for _, item := range v.items() {
		host, ip, ok := strings.Cut(item.str(), "=")
		if !ok {
			host, ip, ok = strings.Cut(item.str(), ":")
		}
		if !ok {
			d.report(Diagnostic{
				Code: CodeInvalidValue, Span: item.span, Via: item.via, Path: path, Docker: Ignore, Engine: Ignore,
				Message: "an extra host is written host:ip or host=ip; this one is dropped",
			})
			continue
		}
		hosts = append(hosts, host+":"+unbracket(ip))
		d.spans[join(path, hosts[len(hosts)-1])] = item.span
	}
	return hosts
}

func unbracket(ip string) string {
	if len(ip) > 2 && ip[0] == '[' && ip[len(ip)-1] == ']' {
		return ip[1 : len(ip)-1]
	}
	return ip
}

func (d *decoder) ulimits(v *value, _ string) []Ulimit {
	if v == nil {
		return nil
	}
	limits := make([]Ulimit, 0, len(v.entries))
	for _, e := range v.entries {
		limit := Ulimit{Name: e.key}
		if e.value.kind == mapping {
			limit.Soft, _ = whole(e.value.get("soft"))
			limit.Hard, _ = whole(e.value.get("hard"))
		} else {
			limit.Soft, _ = whole(e.value)
			limit.Hard = limit.Soft
		}
		limits = append(limits, limit)
	}
	sortUlimits(limits)
	return limits
}

func sortUlimits(limits []Ulimit) {
	slices.SortFunc(limits, func(a, b Ulimit) int { return strings.Compare(a.Name, b.Name) })
}

func (d *decoder) healthcheck(v *value, path string) *Healthcheck {
	if v == nil {
		return nil
	}
	check := &Healthcheck{
		Interval:      lapse(v.get("interval")),
		Timeout:       lapse(v.get("timeout")),
		StartPeriod:   lapse(v.get("start_period")),
		StartInterval: lapse(v.get("start_interval")),
		Retries:       count(v.get("retries")),
		Disable:       flag(v.get("disable")),
	}
	switch test := v.get("test"); {
	case test == nil:
	case test.kind == list:
		check.Test = d.listed(test, join(path, "test"))
	default:
		check.Test = []string{"CMD-SHELL", test.str()}
	}
	return check
}

func (d *decoder) logging(v *value, path string) *Logging {
	if v == nil {
		return nil
	}
	return &Logging{Driver: v.get("driver").str(), Options: d.mapping(v.get("options"), join(path, "options"))}
}

func credentialSpec(v *value) *CredentialSpec {
	if v == nil {
		return nil
	}
	return &CredentialSpec{v.get("config").str(), v.get("file").str(), v.get("registry").str()}
}

// dependsOn decodes the list that Docker drops, or the keys of the mapping that
// it refuses.
func (d *decoder) dependsOn(v *value, path string) []string {
	if v == nil || v.kind != mapping {
		return d.texts(v, path)
	}
	names := make([]string, 0, len(v.entries))
	for _, e := range v.entries {
		names = append(names, e.key)
	}
	return names
}

func (d *decoder) attachments(v *value, path string) []ServiceNetwork {
	if v == nil {
		return nil
	}
	found := map[string]ServiceNetwork{}
	for _, e := range v.entries {
		found[e.key] = ServiceNetwork{
			Key:        e.key,
			Aliases:    d.texts(e.value.get("aliases"), join(path, e.key+".aliases")),
			IPv4:       e.value.get("ipv4_address").str(),
			IPv6:       e.value.get("ipv6_address").str(),
			DriverOpts: d.mapping(e.value.get("driver_opts"), join(path, e.key+".driver_opts")),
		}
	}
	for _, name := range d.texts(v, path) {
		found[name] = ServiceNetwork{Key: name}
	}
	return byKey(found)
}

// byKey lists attachments sorted by their networks' keys.
func byKey(found map[string]ServiceNetwork) []ServiceNetwork {
	all := slices.Collect(maps.Values(found))
	slices.SortFunc(all, func(a, b ServiceNetwork) int { return strings.Compare(a.Key, b.Key) })
	if all == nil {
		return []ServiceNetwork{}
	}
	return all
}

// fault reports a value that Docker's loader refuses as our engine does.
func (d *decoder) fault(v *value, path, message string) {
	d.report(Diagnostic{
		Code: CodeInvalidValue, Span: v.span, Via: v.via, Path: path, Docker: Refuse, Engine: Refuse, Message: message,
	})
}
