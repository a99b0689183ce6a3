package deploy

import (
	"fmt"
	"slices"

	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/deploy/release"
)

// ServiceImage is what a service runs once the plan is applied.
type ServiceImage struct {
	Service string `json:"service"`
	Image   string `json:"image"`         // with its digest, where one is known
	Was     string `json:"was,omitempty"` // what runs now, where that is another
}

// Risk is what a plan means for data. No plan removes a volume.
type Risk struct {
	Service string   `json:"service,omitempty"`
	Volumes []string `json:"volumes"`
	Why     string   `json:"why"`
}

// review adds to the plan what an operator should look at twice. It reads only
// what the plan itself holds.
func (p *Plan) review() {
	running := decider{have: p.observed}
	for _, a := range p.services(Create, Update, Replace, Keep) {
		have := running.service(a.Name)
		p.reviewImage(*a.service, have)
		if have != nil {
			p.reviewData(a, *have)
		}
	}
	p.reviewUnused()
	p.reviewDrift(running)
}

func (p *Plan) reviewImage(want swarm.ServiceSpec, have *swarm.Service) {
	line := ServiceImage{Service: want.Name, Image: want.TaskTemplate.ContainerSpec.Image}
	if have != nil && have.Spec.TaskTemplate.ContainerSpec != nil {
		if was := have.Spec.TaskTemplate.ContainerSpec.Image; familiar(was) != familiar(line.Image) {
			line.Was = was
		}
	}
	p.Images = append(p.Images, line)
}

// reviewData tells of volumes that another program gets to work on.
func (p *Plan) reviewData(a Action, have swarm.Service) {
	stay := volumeNames([]swarm.ServiceSpec{*a.service})
	volumes := slices.DeleteFunc(volumeNames([]swarm.ServiceSpec{have.Spec}), func(name string) bool { return !slices.Contains(stay, name) })
	switch {
	case len(volumes) == 0:
	case a.Op == Replace:
		p.Data = append(p.Data, Risk{a.Name, volumes, "the service is replaced: it stops before the new one starts on the same data"})
	case p.Images[len(p.Images)-1].Was != "":
		p.Data = append(p.Data, Risk{a.Name, volumes, "another image gets to work on it, and may change it for good: a rollback brings back the image, not the data"})
	}
}

// reviewUnused tells of volumes that services use now, and none will.
func (p *Plan) reviewUnused() {
	var after []swarm.ServiceSpec
	for _, a := range p.services(Create, Update, Replace, Keep) {
		after = append(after, *a.service)
	}
	used := volumeNames(after)
	unused := slices.DeleteFunc(volumeNames(specsOf(p.observed.Services)), func(name string) bool { return slices.Contains(used, name) })
	if len(unused) > 0 {
		p.Data = append(p.Data, Risk{"", unused, "no service uses it any more; it is kept"})
	}
}

// reviewDrift says of each field that differs because somebody changed it since
// the last release. Scale and restarts by hand are kept, and so no drift.
func (p *Plan) reviewDrift(running decider) {
	last := release.Current(p.records)
	if last == nil || !last.Worked() {
		return
	}
	for _, sent := range last.Specs.Services {
		at := slices.IndexFunc(p.Actions, func(a Action) bool { return a.Op == Update && a.Kind == ServiceKind && a.Name == sent.Name })
		have := running.service(sent.Name)
		if at < 0 || have == nil {
			continue
		}
		sent = clone(sent)
		running.inherit(&sent, have)
		drift := differing(fieldsOf(sent, running.networkName), fieldsOf(have.Spec, running.networkName))
		for i := range p.Actions[at].Changes {
			change := &p.Actions[at].Changes[i]
			if slices.ContainsFunc(drift, func(path string) bool { return fieldName(path) == change.Field }) {
				change.Cause = fmt.Sprintf("changed by hand since release %d", last.Number)
			}
		}
	}
}
