package convert

import (
	"maps"
	"reflect"
	"slices"

	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/stack"
)

func (c *converter) secrets() []swarm.SecretSpec {
	specs := []swarm.SecretSpec{}
	for _, o := range c.Secrets {
		if !o.External {
			specs = append(specs, c.secret(o))
		}
	}
	sortByName(specs, func(s swarm.SecretSpec) string { return s.Name })
	return distinct(c, specs, "secret", func(s swarm.SecretSpec) string { return s.Name })
}

func (c *converter) secret(o *stack.Object) swarm.SecretSpec {
	spec := swarm.SecretSpec{Annotations: c.annotations(o), Templating: driver(o.TemplateDriver, nil)}
	if o.Driver != "" {
		spec.Driver = driver(o.Driver, o.DriverOpts)
		return spec
	}
	spec.Data = slices.Clone(o.Content)
	return spec
}

func (c *converter) configs() []swarm.ConfigSpec {
	specs := []swarm.ConfigSpec{}
	for _, o := range c.Configs {
		if !o.External {
			specs = append(specs, c.config(o))
		}
	}
	sortByName(specs, func(s swarm.ConfigSpec) string { return s.Name })
	return distinct(c, specs, "config", func(s swarm.ConfigSpec) string { return s.Name })
}

func (c *converter) config(o *stack.Object) swarm.ConfigSpec {
	return swarm.ConfigSpec{
		Annotations: c.annotations(o),
		Data:        slices.Clone(o.Content),
		Templating:  driver(o.TemplateDriver, nil),
	}
}

func (c *converter) annotations(o *stack.Object) swarm.Annotations {
	return swarm.Annotations{Name: c.scope(o.Key, o.Name), Labels: c.labels(o.Labels)}
}

func driver(name string, options map[string]string) *swarm.Driver {
	if name == "" {
		return nil
	}
	return &swarm.Driver{Name: name, Options: maps.Clone(options)}
}

// distinct drops repeated definitions of one swarm object, and refuses
// contradicting ones: the engine would keep one of them by chance.
func distinct[T any](c *converter, sorted []T, kind string, name func(T) string) []T {
	return slices.CompactFunc(sorted, func(a, b T) bool {
		if name(a) != name(b) {
			return false
		}
		if !reflect.DeepEqual(a, b) {
			c.fail(path{kind + "s"}, "two %ss are named %q and differ; name one of them otherwise", kind, name(a))
		}
		return true
	})
}
