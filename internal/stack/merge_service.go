package stack

import (
	"cmp"
	"slices"
)

func (m *merger) service(dst, src *Service) {
	over(m, "image", &dst.Image, src.Image)
	m.command("entrypoint", &dst.Entrypoint, src.Entrypoint)
	m.command("command", &dst.Command, src.Command)
	m.environment(&dst.Environment, src.Environment)
	overMap(&dst.Labels, src.Labels)
	over(m, "hostname", &dst.Hostname, src.Hostname)
	over(m, "user", &dst.User, src.User)
	over(m, "working_dir", &dst.WorkingDir, src.WorkingDir)
	over(m, "stop_signal", &dst.StopSignal, src.StopSignal)
	over(m, "isolation", &dst.Isolation, src.Isolation)
	m.list(&dst.DNS, src.DNS)
	m.list(&dst.DNSSearch, src.DNSSearch)
	m.list(&dst.DNSOptions, src.DNSOptions)
	m.list(&dst.Groups, src.Groups)
	m.list(&dst.ExtraHosts, src.ExtraHosts)
	m.list(&dst.CapAdd, src.CapAdd)
	m.list(&dst.CapDrop, src.CapDrop)
	m.list(&dst.DependsOn, src.DependsOn)
	m.list(&dst.Tmpfs, src.Tmpfs)
	overMap(&dst.Sysctls, src.Sysctls)
	keyed(&dst.Ulimits, src.Ulimits, func(u Ulimit) string { return u.Name }, sortUlimits)
	overPointer(m, "init", &dst.Init, src.Init)
	over(m, "tty", &dst.TTY, src.TTY)
	over(m, "stdin_open", &dst.StdinOpen, src.StdinOpen)
	over(m, "read_only", &dst.ReadOnly, src.ReadOnly)
	over(m, "oom_score_adj", &dst.OomScoreAdj, src.OomScoreAdj)
	overPointer(m, "stop_grace_period", &dst.StopGracePeriod, src.StopGracePeriod)
	over(m, "restart", &dst.Restart, src.Restart)
	m.healthcheck(&dst.Healthcheck, src.Healthcheck)
	m.logging(&dst.Logging, src.Logging)
	m.credentialSpec(&dst.CredentialSpec, src.CredentialSpec)
	m.attachments(&dst.Networks, src.Networks)
	m.ports(&dst.Ports, src.Ports)
	keyed(&dst.Volumes, src.Volumes, func(v Mount) string { return v.Target }, sortMounts)
	m.fileRefs("secrets", &dst.Secrets, src.Secrets)
	m.fileRefs("configs", &dst.Configs, src.Configs)
	m.deploy(&dst.Deploy, &src.Deploy)
}

// healthcheck replaces the test. Docker appends it to the earlier one, which
// gives a command line that nobody wrote.
func (m *merger) healthcheck(dst **Healthcheck, src *Healthcheck) {
	if *dst == nil || src == nil {
		*dst = cmp.Or(src, *dst)
		return
	}
	base := *dst
	if len(base.Test) > 0 && len(src.Test) > 0 {
		m.lost("healthcheck.test", "docker stack deploy appends this test to the earlier one, which gives a command that nobody wrote; keep the healthcheck in one file")
	}
	m.command("healthcheck.test", &base.Test, src.Test)
	overPointer(m, "healthcheck.interval", &base.Interval, src.Interval)
	overPointer(m, "healthcheck.timeout", &base.Timeout, src.Timeout)
	overPointer(m, "healthcheck.start_period", &base.StartPeriod, src.StartPeriod)
	overPointer(m, "healthcheck.start_interval", &base.StartInterval, src.StartInterval)
	replace(&base.Retries, src.Retries)
	over(m, "healthcheck.disable", &base.Disable, src.Disable)
}

// logging merges options of the same driver. Docker loses the later options
// where the earlier file has none.
func (m *merger) logging(dst **Logging, src *Logging) {
	if *dst == nil || src == nil {
		*dst = cmp.Or(src, *dst)
		return
	}
	base := *dst
	if base.Driver != "" && src.Driver != "" && base.Driver != src.Driver {
		*dst = src
		return
	}
	if base.Options == nil && len(src.Options) > 0 {
		m.lost("logging.options", "docker stack deploy loses these options, since the earlier file has none; write them there")
	}
	base.Driver = cmp.Or(src.Driver, base.Driver)
	overMap(&base.Options, src.Options)
}

func (m *merger) credentialSpec(dst **CredentialSpec, src *CredentialSpec) {
	if *dst == nil || src == nil {
		*dst = cmp.Or(src, *dst)
		return
	}
	over(m, "credential_spec.config", &(*dst).Config, src.Config)
	over(m, "credential_spec.file", &(*dst).File, src.File)
	over(m, "credential_spec.registry", &(*dst).Registry, src.Registry)
}

// attachments merges by network. A later entry that says anything replaces the
// aliases; driver options of the later file count only for a network that the
// earlier ones do not configure.
func (m *merger) attachments(dst *[]ServiceNetwork, src []ServiceNetwork) {
	if *dst == nil {
		*dst = src
		return
	}
	found := map[string]ServiceNetwork{}
	for _, network := range *dst {
		found[network.Key] = network
	}
	for _, network := range src {
		base, known := found[network.Key]
		if known && !says(network) {
			continue
		}
		if known && says(base) {
			base.Aliases = network.Aliases
			base.IPv4 = cmp.Or(network.IPv4, base.IPv4)
			base.IPv6 = cmp.Or(network.IPv6, base.IPv6)
			network = base
		}
		found[network.Key] = network
	}
	*dst = byKey(found)
}

// says tells whether an attachment has settings.
func says(n ServiceNetwork) bool {
	return len(n.Aliases) > 0 || n.IPv4 != "" || n.IPv6 != "" || len(n.DriverOpts) > 0
}

func (m *merger) deploy(dst, src *Deploy) {
	overMap(&dst.Labels, src.Labels)
	over(m, "deploy.mode", &dst.Mode, src.Mode)
	replace(&dst.Replicas, src.Replicas)
	over(m, "deploy.endpoint_mode", &dst.EndpointMode, src.EndpointMode)
	m.update("deploy.update_config", &dst.Update, src.Update)
	m.update("deploy.rollback_config", &dst.Rollback, src.Rollback)
	m.restart(&dst.Restart, src.Restart)
	m.resources("deploy.resources.limits", &dst.Limits, src.Limits)
	m.resources("deploy.resources.reservations", &dst.Reservations, src.Reservations)
	m.list(&dst.Constraints, src.Constraints)
	m.list(&dst.Preferences, src.Preferences)
	over(m, "deploy.placement.max_replicas_per_node", &dst.MaxReplicas, src.MaxReplicas)
}

func (m *merger) update(path string, dst **UpdateConfig, src *UpdateConfig) {
	if *dst == nil || src == nil {
		*dst = cmp.Or(src, *dst)
		return
	}
	base := *dst
	replace(&base.Parallelism, src.Parallelism)
	over(m, path+".delay", &base.Delay, src.Delay)
	over(m, path+".monitor", &base.Monitor, src.Monitor)
	over(m, path+".failure_action", &base.FailureAction, src.FailureAction)
	over(m, path+".order", &base.Order, src.Order)
	over(m, path+".max_failure_ratio", &base.MaxFailureRatio, src.MaxFailureRatio)
}

func (m *merger) restart(dst **RestartPolicy, src *RestartPolicy) {
	if *dst == nil || src == nil {
		*dst = cmp.Or(src, *dst)
		return
	}
	base := *dst
	over(m, "deploy.restart_policy.condition", &base.Condition, src.Condition)
	overPointer(m, "deploy.restart_policy.delay", &base.Delay, src.Delay)
	overPointer(m, "deploy.restart_policy.window", &base.Window, src.Window)
	replace(&base.MaxAttempts, src.MaxAttempts)
}

func (m *merger) resources(path string, dst **Resources, src *Resources) {
	if *dst == nil || src == nil {
		*dst = cmp.Or(src, *dst)
		return
	}
	base := *dst
	over(m, path+".cpus", &base.NanoCPUs, src.NanoCPUs)
	over(m, path+".memory", &base.MemoryBytes, src.MemoryBytes)
	over(m, path+".pids", &base.Pids, src.Pids)
	base.Generic = append(slices.Clip(base.Generic), src.Generic...)
}
