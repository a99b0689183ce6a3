package deploy

import (
	"github.com/docker/docker/api/types/swarm"
	"github.com/docker/docker/api/types/versions"
)

// newerFields are the fields that engines before that API version drop without
// a word. Sent to one, they would look changed for ever.
var newerFields = []struct {
	api, name string
	vital     bool                            // without it the app would not be the same
	drop      func(*swarm.ContainerSpec) bool // reports whether it was set
}{
	{"1.44", "healthcheck start_interval", false, func(c *swarm.ContainerSpec) bool {
		set := c.Healthcheck != nil && c.Healthcheck.StartInterval != 0
		if set {
			c.Healthcheck.StartInterval = 0
		}
		return set
	}},
	{"1.45", "volume subpath", true, func(c *swarm.ContainerSpec) bool {
		set := false
		for _, m := range c.Mounts {
			if m.VolumeOptions != nil && m.VolumeOptions.Subpath != "" {
				m.VolumeOptions.Subpath, set = "", true
			}
		}
		return set
	}},
	{"1.46", "oom_score_adj", false, func(c *swarm.ContainerSpec) bool {
		set := c.OomScoreAdj != 0
		c.OomScoreAdj = 0
		return set
	}},
}

// dropNewer leaves out what the engine is too old for, and says so.
func (d *decider) dropNewer(want *swarm.ServiceSpec) {
	for _, field := range newerFields {
		if d.have.API == "" || !versions.LessThan(d.have.API, field.api) || !field.drop(want.TaskTemplate.ContainerSpec) {
			continue
		}
		say, end := d.warn, "; it is left out"
		if field.vital {
			say, end = d.refuse, ""
		}
		say("service %s: the engine (API %s) is too old for %s, which needs %s%s", want.Name, d.have.API, field.name, field.api, end)
	}
}
