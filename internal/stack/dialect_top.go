package stack

// fileRule is a whole compose file.
var fileRule = object(fields{
	"version":  is(text),
	"services": mapOf(serviceRule).keyed(isPlainName),
	"networks": mapOf(networkRule), // any name, unlike the others
	"volumes":  mapOf(volumeRule).keyed(isPlainName),
	"secrets":  mapOf(secretRule).keyed(isPlainName).from(1),
	"configs":  mapOf(configRule).keyed(isPlainName).from(3),

	"name":    is(text).foreign(Ignore, "the stack's name comes from the app's domain or STACK_NAME; remove it"),
	"include": anything.foreign(Refuse, "name the other files in COMPOSE_FILE"),
	"models":  anything.foreign(Refuse, "Swarm cannot run models; remove it"),
}).extensible(4)

var networkRule = object(fields{
	"name":        is(text).from(5),
	"driver":      is(text),
	"driver_opts": options,
	"ipam": object(fields{
		"driver":  is(text),
		"config":  listOf(poolRule),
		"options": options.foreign(Accept, onlySubnets),
	}),
	"external":   externalFlag,
	"internal":   castable(boolean),
	"attachable": castable(boolean).from(2),
	"labels":     keyValues,

	"enable_ipv6": is(boolean).foreign(Accept, "docker stack deploy cannot make IPv6 networks; make it external"),
}).extensible(7).or(is(null))

const onlySubnets = "docker stack deploy takes only the driver and subnets; make the network external"

// poolRule is one address range of a network.
var poolRule = object(fields{
	"subnet":        is(text),
	"gateway":       is(text).foreign(Accept, onlySubnets),
	"ip_range":      is(text).foreign(Accept, onlySubnets),
	"aux_addresses": options.foreign(Accept, onlySubnets),
})

var volumeRule = object(fields{
	"name":        is(text).from(4),
	"driver":      is(text),
	"driver_opts": options,
	"external":    externalFlag,
	"labels":      keyValues,
	"x-cluster-spec": is(mapping).from(10).meets(CodeInvalidSetting, Accept, Refuse,
		"our engine makes no cluster volumes; make it with docker volume create, and external here"),
}).extensible(7).or(is(null))

// Unlike a network's, the mapping form of a secret's or config's external is open.
var externalObject = castable(boolean).or(openObject(fields{"name": is(text)}))

var secretRule = object(fields{
	"name":            is(text).from(5),
	"file":            is(text),
	"external":        externalObject,
	"labels":          keyValues,
	"driver":          is(text).from(8),
	"driver_opts":     options.from(8),
	"template_driver": is(text).from(8),

	"environment": is(text).foreign(Accept, "insert the secret into the swarm and make it external"),
}).extensible(7)

var configRule = object(fields{
	"name":            is(text).from(5),
	"file":            is(text),
	"external":        externalObject,
	"labels":          keyValues,
	"template_driver": is(text).from(8),

	"content":     is(text).foreign(Accept, "put the text into a file of the recipe and name it with file"),
	"environment": is(text).foreign(Accept, "put the text into a file of the recipe and name it with file"),
}).extensible(7)
