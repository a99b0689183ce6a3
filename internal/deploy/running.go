package deploy

import (
	"strings"
	"time"

	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/deploy/convert"
	"coopcloud.tech/catalogue/internal/deploy/release"
)

// running is a stack as it runs, for comparing it with what was deployed.
type running struct {
	decider
	stack    string
	services []swarm.Service
	look     look
}

func newRunning(plan *Plan, l look) running {
	return running{decider{have: plan.observed}, plan.Stack, plan.observed.Services, l}
}

// healthy reports whether there are services, and all are up.
func (r running) healthy() bool {
	for _, service := range r.services {
		if !newWatch(service.ID, service.Spec.Name, nil).look(r.look).converged {
			return false
		}
	}
	return len(r.services) > 0
}

// matches reports whether it is what the release says. Restarts by hand do not
// count, nor does a scale that the release leaves open.
func (r running) matches(record *release.Record) bool {
	if len(r.services) != len(record.Specs.Services) {
		return false
	}
	for _, want := range record.Specs.Services {
		have := r.service(want.Name)
		if have == nil {
			return false
		}
		want = clone(want)
		r.inherit(&want, have)
		if len(changes(fieldsOf(have.Spec, r.networkName), fieldsOf(want, r.networkName))) > 0 {
			return false
		}
	}
	return true
}

// record is a release of what runs. What made it is not known.
func (r running) record(plan *Plan) release.Record {
	record := release.Record{
		App: plan.App, Stack: r.stack, Version: RunningVersion(r.services, r.stack), Started: time.Now().UTC().Truncate(time.Second),
		Specs: release.Specs{Networks: r.networks(), Configs: r.configs()},
	}
	record.Finished = record.Started
	for _, service := range r.services {
		record.Specs.Services = append(record.Specs.Services, r.named(service.Spec))
		if name := service.Spec.Labels["coop-cloud."+r.stack+".recipe"]; name != "" {
			record.Recipe = strings.TrimSpace(name)
		}
	}
	return record
}

// named returns the spec with names in place of IDs, as package convert writes
// them.
func (r running) named(spec swarm.ServiceSpec) swarm.ServiceSpec {
	spec = clone(spec)
	normalNetworks(&spec)
	for i := range spec.TaskTemplate.Networks {
		spec.TaskTemplate.Networks[i].Target = r.networkName(spec.TaskTemplate.Networks[i].Target)
	}
	if spec.TaskTemplate.ContainerSpec == nil {
		spec.TaskTemplate.ContainerSpec = &swarm.ContainerSpec{} // a plugin, or an attachment
	}
	for _, ref := range spec.TaskTemplate.ContainerSpec.Secrets {
		ref.SecretID = ""
	}
	for _, ref := range spec.TaskTemplate.ContainerSpec.Configs {
		ref.ConfigID = ""
	}
	return spec
}

// networks are those of the stack. The subnet is left out: who chose it is not
// known.
func (r running) networks() []convert.Network {
	var list []convert.Network
	for _, n := range r.have.Networks {
		if n.Labels[convert.LabelNamespace] != r.stack {
			continue
		}
		options := map[string]string{}
		for key, value := range n.Options {
			if !strings.HasPrefix(key, "com.docker.network.driver.overlay.") {
				options[key] = value
			}
		}
		list = append(list, convert.Network{Name: n.Name, CreateOptions: network.CreateOptions{
			Driver: n.Driver, Internal: n.Internal, Attachable: n.Attachable, EnableIPv6: &n.EnableIPv6, Options: options, Labels: n.Labels,
		}})
	}
	return list
}

func (r running) configs() []swarm.ConfigSpec {
	var list []swarm.ConfigSpec
	for _, c := range r.have.Configs {
		if c.Spec.Labels[convert.LabelNamespace] == r.stack {
			list = append(list, c.Spec)
		}
	}
	return list
}
