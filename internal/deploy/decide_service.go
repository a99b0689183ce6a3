package deploy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/docker/docker/api/types/swarm"
)

func (d *decider) services() {
	for i := range d.want.Services {
		want := &d.want.Services[i]
		d.dropNewer(want)
		if have := d.service(want.Name); have != nil {
			d.existing(want, have)
			continue
		}
		d.pin(want, nil)
		d.plan.Actions = append(d.plan.Actions, Action{Op: Create, Kind: ServiceKind, Name: want.Name, service: want})
	}
}

func (d *decider) service(name string) *swarm.Service {
	for i := range d.have.Services {
		if d.have.Services[i].Spec.Name == name {
			return &d.have.Services[i]
		}
	}
	return nil
}

func (d *decider) existing(want *swarm.ServiceSpec, have *swarm.Service) {
	d.inherit(want, have)
	note := d.pin(want, have)
	a := Action{Op: Update, Kind: ServiceKind, Name: want.Name, ID: have.ID, Index: have.Version.Index, service: want}
	a.Changes = changes(fieldsOf(have.Spec, d.networkName), fieldsOf(*want, d.networkName))
	mask(a.Changes, d.passwords)
	from, to := modeName(have.Spec.Mode), modeName(want.Mode)
	switch {
	case from != to:
		a.Op = Replace
		a.Cause = fmt.Sprintf("Swarm cannot change the mode from %s to %s", from, to)
		if !d.choose.Force {
			d.refuse("service %s has to be replaced (%s): it would stop before the new one starts. Run again with --force", want.Name, a.Cause)
		}
	case d.choose.Force:
		// Else the engine takes the same again for no change, and leaves a task that
		// has ended as it is.
		want.TaskTemplate.ForceUpdate++
		if len(a.Changes) == 0 {
			a.Cause = "forced: its tasks are replaced"
		}
	case len(a.Changes) == 0:
		a.Op, a.Cause = Keep, note
	}
	d.plan.Actions = append(d.plan.Actions, a)
}

// inherit takes over what the recipe does not decide: the restart counter of
// the engine, and the scale that an operator set.
func (d *decider) inherit(want *swarm.ServiceSpec, have *swarm.Service) {
	want.TaskTemplate.ForceUpdate = have.Spec.TaskTemplate.ForceUpdate
	now, before := want.Mode.Replicated, have.Spec.Mode.Replicated
	if now != nil && before != nil && now.Replicas == nil {
		now.Replicas = before.Replicas
	}
}

// pin gives the image its digest and platforms. While the tag stays, so does
// the digest, unless forced: a rebuilt image is the operator's decision. It
// returns a note for an image that was rebuilt.
func (d *decider) pin(want *swarm.ServiceSpec, have *swarm.Service) (note string) {
	image := &want.TaskTemplate.ContainerSpec.Image
	tag := familiar(*image)
	fresh := d.images[tag]
	known := fresh.Ref != ""
	if have != nil && runsImage(have.Spec, tag) && (!known || !d.choose.Force) {
		old := have.Spec.TaskTemplate
		*image = old.ContainerSpec.Image
		if old.Placement != nil {
			setPlatforms(want, old.Placement.Platforms)
		}
		if known && *image != tag && fresh.Ref != *image {
			return fmt.Sprintf("image %s was rebuilt; --force takes the new build", tag)
		}
		return ""
	}
	if !known {
		if strings.Contains(tag, "@") {
			return "" // pinned by the recipe
		}
		d.warn("service %s: no digest is known for image %s: nodes pull it on their own, and may get different builds", want.Name, tag)
		if fresh.Problem != "" && !slices.Contains(d.plan.Warnings, fresh.Problem) {
			d.warn("%s", fresh.Problem)
		}
		return ""
	}
	*image = fresh.Ref
	setPlatforms(want, fresh.Platforms)
	return ""
}

func setPlatforms(spec *swarm.ServiceSpec, platforms []swarm.Platform) {
	if len(platforms) == 0 {
		return
	}
	if spec.TaskTemplate.Placement == nil {
		spec.TaskTemplate.Placement = &swarm.Placement{}
	}
	spec.TaskTemplate.Placement.Platforms = platforms
}

// runsImage reports whether the spec's image is the wanted one, whatever digest
// a deploy added to it.
func runsImage(spec swarm.ServiceSpec, wanted string) bool {
	if spec.TaskTemplate.ContainerSpec == nil {
		return false
	}
	image := familiar(spec.TaskTemplate.ContainerSpec.Image)
	plain, _, _ := strings.Cut(image, "@")
	return image == wanted || plain == wanted
}

func modeName(mode swarm.ServiceMode) string {
	switch {
	case mode.Global != nil:
		return "global"
	case mode.GlobalJob != nil:
		return "global-job"
	case mode.ReplicatedJob != nil:
		return "replicated-job"
	default:
		return "replicated"
	}
}

// removals come last: a plan that fails before has emptied nothing.
func (d *decider) removals() {
	wanted := map[string]bool{}
	for _, service := range d.want.Services {
		wanted[service.Name] = true
	}
	for _, have := range d.have.Services {
		if !wanted[have.Spec.Name] {
			d.plan.Actions = append(d.plan.Actions, Action{
				Op: Remove, Kind: ServiceKind, Name: have.Spec.Name, ID: have.ID, Index: have.Version.Index,
				Cause: "not in the compose files; its volumes stay",
			})
		}
	}
}
