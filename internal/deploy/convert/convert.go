// Package convert turns a stack into Docker Engine API specs. It is pure: no
// clock, no network, no files.
//
// The specs equal those of `docker stack deploy`, so that a stack deployed by
// one tool is adopted by the other without a restart. Where they differ, the
// code says why. What the engine would answer with 400 halfway through a
// deploy is refused here, before anything is written, with file and line.
package convert

import (
	"errors"

	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/stack"
)

// Specs is a stack as the Docker Engine API wants it, each list sorted by
// name. Network targets, secret and config references, and a credential
// spec's config hold names; their IDs are looked up when the plan is applied.
//
// The external lists name what services use and the stack does not create:
// it has to be there before the first write. Networks that every engine has
// (host, bridge, none) are left out.
type Specs struct {
	Stack            string              `json:"-"`
	Services         []swarm.ServiceSpec `json:"services"`
	Networks         []Network           `json:"networks"`
	Secrets          []swarm.SecretSpec  `json:"secrets"`
	Configs          []swarm.ConfigSpec  `json:"configs"`
	ExternalNetworks []string            `json:"-"`
	ExternalSecrets  []string            `json:"-"`
	ExternalConfigs  []string            `json:"-"`

	// DependsOn maps a service's full name to those of the services that it is
	// to start after. It has no circles. Swarm knows no order: it is no part of
	// the specs.
	DependsOn map[string][]string `json:"-"`
	Warnings  []string            `json:"-"` // what orders nothing, and why
}

// Network is a network to create.
type Network struct {
	Name string `json:"Name"`
	network.CreateOptions
}

// Options is what the deploy adds to the compose files.
type Options struct {
	Env    map[string]string // put into service app's environment; explicit environment wins
	Labels map[string]string // service labels for app, such as coop-cloud.<stack>.recipe; they win over the files'

	// Dir is the absolute folder, on the machine that runs the containers,
	// that relative bind mounts start from. Where it is empty they are
	// refused: a path on the operator's machine means nothing on a server.
	Dir string

	// Preview converts what only the engine refuses, too, such as the name
	// stack_key_ where an env lacks the version. For looking, not for a deploy.
	Preview bool
}

// Labels that docker stack deploy writes and reads.
const (
	LabelNamespace = "com.docker.stack.namespace"
	LabelImage     = "com.docker.stack.image"
)

// appService is the service that an app's env and labels go to.
const appService = "app"

// Convert converts the stack. The error joins everything that is wrong, each
// an *Error with file and line: all that package stack refuses or, where that
// is nothing, what cannot be converted.
func Convert(s *stack.Stack, o Options) (*Specs, error) {
	if err := refused(s, o); err != nil {
		return nil, err
	}
	c := &converter{Stack: s, opts: o}
	specs := &Specs{
		Stack:    s.Name,
		Services: c.services(),
		Networks: c.networks(),
		Secrets:  c.secrets(),
		Configs:  c.configs(),

		ExternalNetworks: c.externalNetworks(),
		ExternalSecrets:  c.external(s.Secrets, usesSecret),
		ExternalConfigs:  c.external(s.Configs, usesConfig),
	}
	if len(c.errs) > 0 {
		return nil, errors.Join(c.errs...)
	}
	specs.DependsOn, specs.Warnings = c.dependsOn()
	return specs, nil
}
