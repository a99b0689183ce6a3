package convert

import (
	"maps"
	"reflect"
	"slices"

	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/stack"
)

// Swarmkit refuses content of these sizes and above, and none at all.
const (
	maxSecret = 500 << 10
	maxConfig = 1000 << 10
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
	spec := swarm.SecretSpec{Annotations: c.annotations("secret", o), Templating: driver(o.TemplateDriver, nil)}
	if o.Driver != "" {
		spec.Driver = driver(o.Driver, o.DriverOpts)
		return spec
	}
	c.checkContent("secret", o, maxSecret)
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
	c.checkContent("config", o, maxConfig)
	return swarm.ConfigSpec{
		Annotations: c.annotations("config", o),
		Data:        slices.Clone(o.Content),
		Templating:  driver(o.TemplateDriver, nil),
	}
}

func (c *converter) annotations(kind string, o *stack.Object) swarm.Annotations {
	name := c.objectName(o)
	c.checkObjectName(path{kind + "s", o.Key}, kind, name)
	return swarm.Annotations{Name: name, Labels: c.labels(o.Labels)}
}

func (c *converter) objectName(o *stack.Object) string {
	if o.External && o.Name == "" {
		return o.Key
	}
	return c.scope(o.Key, o.Name)
}

func (c *converter) checkContent(kind string, o *stack.Object, limit int) {
	at := path{kind + "s", o.Key, "file"}
	switch {
	case o.File == "":
		c.fail(at, "%s %s: expected file:, or external: true for one that exists already", kind, o.Key)
	case len(o.Content) == 0:
		c.fail(at, "%s %s: %s is empty; Swarm wants at least one byte", kind, o.Key, o.File)
	case len(o.Content) >= limit:
		c.fail(at, "%s %s: %s has %d bytes; Swarm allows less than %d", kind, o.Key, o.File, len(o.Content), limit)
	}
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
