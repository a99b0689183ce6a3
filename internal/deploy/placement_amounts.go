package deploy

import (
	"fmt"
	"maps"
	"slices"

	"github.com/docker/docker/api/types/swarm"
	"github.com/docker/go-units"
)

// amounts of resources by name: memory in bytes, CPUs in billionths, and
// generic resources by their kind.
type amounts map[string]int64

const (
	memory = "memory"
	cpus   = "CPUs"

	genericPrefix = "generic resource " // no kind is taken for one of the above
)

// amountsOf adds up resources. A named generic resource, such as one GPU by its
// ID, counts as one of its kind.
func amountsOf(r swarm.Resources) amounts {
	all := amounts{memory: r.MemoryBytes, cpus: r.NanoCPUs}
	for _, g := range r.GenericResources {
		switch {
		case g.DiscreteResourceSpec != nil:
			all[genericPrefix+g.DiscreteResourceSpec.Kind] += g.DiscreteResourceSpec.Value
		case g.NamedResourceSpec != nil:
			all[genericPrefix+g.NamedResourceSpec.Kind]++
		}
	}
	return all
}

// reserved is what each task of the spec reserves, without what it does not.
func reserved(task swarm.TaskSpec) amounts {
	if task.Resources == nil || task.Resources.Reservations == nil {
		return nil
	}
	all := amountsOf(*task.Resources.Reservations)
	maps.DeleteFunc(all, func(_ string, n int64) bool { return n <= 0 })
	return all
}

func (a amounts) names() []string { return slices.Sorted(maps.Keys(a)) }

// shown writes an amount as compose files do.
func shown(name string, n int64) string {
	switch name {
	case memory:
		return units.BytesSize(float64(n))
	case cpus:
		return fmt.Sprintf("%g", float64(n)/1e9)
	}
	return fmt.Sprint(n)
}

// quantity is an amount with its name.
func quantity(name string, n int64) string {
	if name == memory {
		return shown(name, n) + " of memory"
	}
	return shown(name, n) + " " + name
}
