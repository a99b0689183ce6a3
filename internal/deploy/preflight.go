package deploy

import (
	"fmt"
	"strings"

	"github.com/docker/docker/api/types/swarm"

	engine "coopcloud.tech/catalogue/internal/deploy/swarm"
)

// preflight is what the checks before any write look at. They are pure, and all
// of them speak: an operator sees every problem at once.
type preflight struct {
	plan    *Plan
	want    []swarm.ServiceSpec
	have    *swarmState
	around  *engine.Surroundings
	options Options
	place   locate
}

// locate says where the compose files set something, as " (compose.yml:12)"; ""
// where they do not, or there are none.
type locate func(path ...string) string

// at is the place of a service's setting.
func (p *preflight) at(service string, path ...string) string {
	return p.place(append([]string{"services", strings.TrimPrefix(service, p.plan.Stack+"_")}, path...)...)
}

func (p *preflight) refuse(format string, args ...any) {
	p.plan.Refused = append(p.plan.Refused, fmt.Sprintf(format, args...))
}

func (p *preflight) warn(format string, args ...any) {
	p.plan.Warnings = append(p.plan.Warnings, fmt.Sprintf(format, args...))
}

// networkName turns an ID into a name; a name stays.
func (p *preflight) networkName(id string) string { return (&decider{have: p.have}).networkName(id) }

// preflight adds to the plan what speaks against it.
func (p *Plan) preflight(found *facts, o Options, place locate) {
	check := &preflight{plan: p, have: found.have, around: found.around, options: o, place: place}
	for _, a := range p.services(Create, Update, Replace, Keep) {
		check.want = append(check.want, *a.service)
	}
	for _, problem := range found.around.Problems {
		check.warn("%s", problem)
	}
	check.lint()
	check.ports()
	check.placement()
	check.digests()
	check.volumes()
	check.externalVolumes()
	check.clusterVolumes()
	check.networkDrivers()
	check.domains(found.domains, found.addresses())
}

// lint refuses what the linter found.
func (p *preflight) lint() {
	for _, e := range p.options.Lint {
		p.refuse("the recipe has an error that the linter knows: %s. Have it repaired, or deploy with --no-lint", e)
	}
}

// digests refuses images that no digest names, where the operator wants one.
func (p *preflight) digests() {
	if !p.options.RequireDigest {
		return
	}
	for _, service := range p.want {
		image := service.TaskTemplate.ContainerSpec.Image
		if !strings.Contains(image, "@") {
			p.refuse("service %s: the digest of image %s is not known, and --require-digest asks for one: reach the registry, "+
				"use --force where what runs has none yet, or write it into the recipe: IMAGE@sha256:…%s", service.Name, image, p.at(service.Name, "image"))
		}
	}
}
