package stack

var deployRule = object(fields{
	"mode":            is(text),
	"endpoint_mode":   is(text).from(2),
	"replicas":        natural,
	"labels":          keyValues,
	"update_config":   updateRule,
	"rollback_config": updateRule.from(7),
	"resources":       object(fields{"limits": limitsRule, "reservations": reservationsRule}),
	"restart_policy": object(fields{
		"condition":    is(text),
		"delay":        durationText,
		"max_attempts": natural,
		"window":       durationText,
	}),
	"placement": object(fields{
		"constraints":           listOf(is(text)),
		"preferences":           listOf(object(fields{"spread": is(text)})).from(3),
		"max_replicas_per_node": natural.from(8),
	}),
}).or(is(null))

var updateRule = object(fields{
	"parallelism":       natural,
	"delay":             durationText,
	"failure_action":    is(text),
	"monitor":           durationText,
	"max_failure_ratio": castable(number),
	"order":             is(text).checked(checkOrder).from(4),
})

var limitsRule = object(fields{
	"cpus":   is(text),
	"memory": is(text).checked(checkBytes),
	"pids":   is(integer).from(9),
})

var reservationsRule = object(fields{
	"cpus":   is(text),
	"memory": is(text).checked(checkBytes),
	"generic_resources": listOf(object(fields{
		"discrete_resource_spec": object(fields{"kind": is(text), "value": is(number)}),
	})).from(5),
})
