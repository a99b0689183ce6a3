package stack

const (
	useDeployResources = "set resource limits under deploy.resources"
	useTopLevelVolumes = "define a volume under the top-level volumes and name it here"
)

// serviceRule is one service: the 53 keys of schema v3.13, the eight that
// Docker forbids by name, and those of compose-spec that our engine can do.
var serviceRule = object(fields{
	// Used as written.
	"cap_add":           textList,
	"cap_drop":          textList,
	"command":           command,
	"configs":           listOf(fileRefRule).from(3),
	"credential_spec":   object(fields{"config": is(text).from(8), "file": is(text), "registry": is(text)}).from(3),
	"deploy":            deployRule,
	"dns":               textOrList,
	"dns_search":        textOrList,
	"entrypoint":        command,
	"env_file":          is(text).or(setOf(is(text).alsoTaking(mapping))),
	"environment":       keyValues,
	"extra_hosts":       keyValues,
	"healthcheck":       healthcheckRule,
	"hostname":          is(text),
	"image":             is(text),
	"init":              is(boolean).from(7),
	"isolation":         is(text).from(5),
	"labels":            keyValues,
	"logging":           object(fields{"driver": is(text), "options": mapOf(is(text | number | null))}),
	"networks":          textList.or(mapOf(attachmentRule.or(is(null))).keyed(isPlainName)),
	"ports":             setOf(portRule),
	"read_only":         castable(boolean),
	"secrets":           listOf(fileRefRule).from(1),
	"stdin_open":        castable(boolean),
	"stop_grace_period": durationText,
	"stop_signal":       is(text),
	"sysctls":           keyValues,
	"tty":               castable(boolean),
	"ulimits":           mapOf(ulimitRule),
	"user":              is(text),
	"volumes":           listOf(mountRule),
	"working_dir":       is(text),

	// Used or dropped, whatever Docker says about it.
	"restart": is(text).meets(CodeDeprecatedKey, Accept, Accept,
		"Docker says that it ignores restart, yet uses it where deploy.restart_policy is missing; write deploy.restart_policy"),
	"container_name": is(text).meets(CodeDeprecatedKey, Ignore, Ignore,
		"Swarm names containers itself; remove it"),
	"expose": setOf(is(text|number)).meets(CodeDeprecatedKey, Ignore, Ignore,
		"services of one network reach each other on any port; remove it"),
	"depends_on": textList.alsoTaking(mapping).meets(CodeDroppedKey, Ignore, Accept,
		"docker stack deploy drops depends_on without a word and starts services in any order; make the service wait or retry"),
	"tmpfs": textOrList.meets(CodeDroppedKey, Ignore, Ignore,
		"docker stack deploy drops tmpfs without a word; write a volume of type tmpfs"),

	"oom_score_adj": castable(integer).from(13).meets(CodeDroppedKey, Ignore, Accept,
		"docker stack deploy drops oom_score_adj without a word; remove it"),

	// Named in "Ignoring unsupported options".
	"build":          is(text).or(openObject(buildFields).openFrom(11)).ignored("push an image and name it"),
	"cgroupns_mode":  is(text).from(9).ignored("remove it"),
	"cgroup_parent":  is(text).ignored("remove it"),
	"devices":        textList.ignored("bind-mount the device, or run the container outside Swarm"),
	"domainname":     is(text).ignored("put the domain into hostname"),
	"external_links": textList.ignored("share an external network"),
	"ipc":            is(text).ignored("remove it"),
	"links":          textList.ignored("services of one network know each other by name; remove it"),
	"mac_address":    is(text).ignored("remove it"),
	"network_mode":   is(text).ignored("attach to the external network host or none"),
	"pid":            is(text | null).ignored("remove it"),
	"privileged":     castable(boolean).ignored("grant what is needed with cap_add"),
	"security_opt":   textList.ignored("set it for the whole engine"),
	"shm_size":       is(text).ignored("mount a tmpfs volume on /dev/shm"),
	"userns_mode":    is(text).ignored("remove it"),

	// Forbidden by name.
	"extends":       forbidden("write the service out, or use a YAML anchor"),
	"volume_driver": forbidden(useTopLevelVolumes),
	"volumes_from":  forbidden(useTopLevelVolumes),
	"cpu_quota":     forbidden(useDeployResources),
	"cpu_shares":    forbidden(useDeployResources),
	"cpuset":        forbidden(useDeployResources),
	"mem_limit":     forbidden(useDeployResources),
	"memswap_limit": forbidden(useDeployResources),

	// Of compose-spec; Swarm can do it.
	"pids_limit":  is(integer).foreign(Accept, "write deploy.resources.limits.pids"),
	"scale":       is(integer).checked(checkNatural).foreign(Accept, "write deploy.replicas"),
	"dns_opt":     setOf(is(text)).foreign(Accept, "docker stack deploy cannot set resolver options; remove it"),
	"group_add":   setOf(is(text|integer)).foreign(Accept, "docker stack deploy cannot add groups; give the user its groups in the image"),
	"pull_policy": is(text).foreign(Ignore, "Swarm pulls what a node lacks; remove it"),
}).extensible(7)

var buildFields = fields{
	"context": is(text), "dockerfile": is(text), "args": keyValues, "labels": keyValues.from(3),
	"cache_from": textList.from(2), "network": is(text).from(4), "target": is(text).from(4),
	"shm_size": is(integer | text).from(5), "extra_hosts": keyValues.from(9),
}

// fileRefRule is a service's use of a secret or config.
var fileRefRule = is(text).or(openObject(fields{
	"source": is(text),
	"target": is(text),
	"uid":    is(text),
	"gid":    is(text),
	"mode":   is(number).castTo(integer).checked(checkNatural),
}))

var healthcheckRule = object(fields{
	"disable":        castable(boolean),
	"interval":       durationText,
	"retries":        is(number).castTo(integer).checked(checkNatural),
	"test":           command,
	"timeout":        durationText,
	"start_period":   durationText.from(4),
	"start_interval": durationText.from(12),
})

var attachmentRule = object(fields{
	"aliases":      textList,
	"driver_opts":  options.from(13),
	"ipv4_address": is(text).meets(CodeDroppedKey, Ignore, Ignore, "docker stack deploy drops it without a word; reach services by name"),
	"ipv6_address": is(text).meets(CodeDroppedKey, Ignore, Ignore, "docker stack deploy drops it without a word; reach services by name"),
})

var portRule = is(number | text).checked(checkWhole).or(object(fields{
	"mode":      is(text),
	"target":    natural,
	"published": natural,
	"protocol":  is(text),
	"host_ip":   is(text).foreign(Ignore, "Swarm publishes on every address; remove it"),
	"name":      is(text).foreign(Ignore, "Swarm has no use for it; remove it"),
})).mappingFrom(2)

var ulimit = castable(integer).checked(checkWhole)

var ulimitRule = ulimit.or(object(fields{
	"hard": ulimit,
	"soft": ulimit,
}).needs("soft", "hard"))

var mountRule = is(text).checked(checkVolume).or(object(fields{
	"type":        is(text),
	"source":      is(text),
	"target":      is(text),
	"read_only":   castable(boolean),
	"consistency": is(text),
	"bind": openObject(fields{
		"propagation": is(text),
		"create_host_path": anything.meets(CodeDroppedKey, Ignore, Ignore,
			"Swarm never makes a missing bind source; create it on the node, or use a volume"),
	}),
	"volume": openObject(fields{"nocopy": castable(boolean), "subpath": is(text | null)}),
	"tmpfs": openObject(fields{"size": is(integer).checked(checkNatural), "mode": anything.meets(CodeDroppedKey, Ignore, Ignore,
		"docker stack deploy drops the mode without a word; let the container set it")}).from(6),
}).needs("type")).mappingFrom(2)
